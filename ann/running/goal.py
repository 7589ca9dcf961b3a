"""What a job trains for: its whole run, one step, one epoch, or as far as an epoch."""
