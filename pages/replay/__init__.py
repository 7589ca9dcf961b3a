"""Watch a network learn again: its training in frames that move together."""
