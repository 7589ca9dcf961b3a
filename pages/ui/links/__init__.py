"""Links: the settings in the address, and whether the result in a link was reproduced."""
