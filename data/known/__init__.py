"""Well-known digits: those that come with the lab, and those to download."""
