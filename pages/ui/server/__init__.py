"""What all visitors share (workers, data sets, saved runs), and who a visitor is."""
