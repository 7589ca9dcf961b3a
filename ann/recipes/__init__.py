"""What can be said and done with recipes, beyond training them.

`wording` puts settings into words, `query` into links; `presets` are recipes with a name, `naming`
names runs, and `variants` tells in which fields recipes differ and which have the same start.
"""
