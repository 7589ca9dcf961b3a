"""Your own data sets: in folders on this machine, brought in a browser, or changed copies."""
