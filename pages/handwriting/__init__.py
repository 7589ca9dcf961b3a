"""Your handwriting: write digits, and train a network with and without them."""
