"""Map: digits as points in two dimensions, by their pixels and by what each layer makes of them."""
