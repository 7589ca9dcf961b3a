"""`python -m ann`: the lab from a terminal."""

import sys
from importlib import import_module

from ann.cli import main

# Only here do the network and the data meet: `ann` never imports `data`, so that it can be read and
# used by itself. The loader is handed in from the outside, by name.
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], load=import_module("data").load))
