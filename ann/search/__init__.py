"""Training many: races, repeats over seeds, sweeps over settings, all on one engine.

Read `new_job` and `group` (the engine) first, then `repeats`. A sweep is `space` (what it tries),
`halving` and `plan` (what it is asked to do), `trial` and `ladder` (which trials are still in it),
`timing`, and `sweep` itself. `view` is what a page sees of it, `results` is what is saved, and
`retrain` brings a network back.
"""
