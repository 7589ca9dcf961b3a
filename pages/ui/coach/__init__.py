"""What the coach says of a training, and the two things to do about it: race the cure, apply it."""
