"""What can be said and done with recipes, beyond training them.

`wording` puts settings into words, `query` into links, with the `signature` of a result; `presets`
are recipes with a name, `naming` names runs, and `variants` compares recipes: in which fields they
differ, and whether they start alike; `advice` says which settings do nothing.
"""
