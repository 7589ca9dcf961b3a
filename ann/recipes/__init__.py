"""Working with recipes: presets, names for runs, what differs, settings in words."""
