"""The coach: what is wrong with a training, and what to try instead.

`signals` measures inside the network while it trains, `evidence` reads these numbers and the
curves, `rules` says which faults that shows, `findings` names the most urgent one, if there is one,
and `cures` changes the recipe. `advice` is what others call.
"""
