"""`python -m data` lists the data sets; `python -m data fetch mnist` fetches one."""

import argparse
import sys

import data


def main(arguments=None):
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("list", help="list the data sets (also without a command)")
    fetch = commands.add_parser("fetch", help="fetch a data set from openml.org")
    fetch.add_argument("name", help="mnist or fashion-mnist")
    options = parser.parse_args(arguments)
    try:
        if options.command == "fetch":
            _fetch(options.name)
        else:
            _list()
    except data.DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _fetch(name):
    dataset = data.fetch(name, lambda done, message: print(f"{done:4.0%}  {message}", flush=True))
    print(f"kept in {dataset.folder}")


def _list():
    for info in data.available():
        state = "here" if info.here else "not here"
        print(f"{info.name:15} {state:9} {info.title} ({info.size})\n{'':25} {info.how}")


if __name__ == "__main__":
    sys.exit(main())
