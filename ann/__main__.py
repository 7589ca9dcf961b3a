"""`python -m ann`: the command line."""

import signal
import sys
from importlib import import_module

# `ann` never imports `data`, so that it can be read and used by itself. What the commands need of
# it is passed in here, found by its name.
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while modules load needs no traceback
    data, cli = import_module("data"), import_module("ann.cli")
    end = import_module("data.terminal").ended
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(end(lambda: cli.main(sys.argv[1:], data)))
