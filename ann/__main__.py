"""`python -m ann`: the command line."""

import sys
from importlib import import_module

from ann.cli import main

# `ann` never imports `data`, so that it can be read and used by itself. The loader is passed in
# here, found by its name.
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], load=import_module("data").load))
