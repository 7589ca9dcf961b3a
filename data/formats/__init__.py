"""How images lie in files: one module for each format, each of which returns a `Table`.

`contents` tells what a file is by its first bytes, `roles` by its name. Nothing is ever unpickled.
"""
