"""What all visitors share (workers, data, saved runs), how they differ, and their limits."""
