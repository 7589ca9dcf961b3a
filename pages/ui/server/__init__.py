"""What all visitors share (workers, data, saved runs), who they are, and what they may send."""
