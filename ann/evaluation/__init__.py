"""How good a network is, whether it is better than another one, and what it cost."""
