"""`python -m data` lists the data sets; `python -m data fetch mnist` downloads one."""

import argparse
import sys
from collections.abc import Sequence

import data
from data.terminal import ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("list", help="list the data sets (the default)")
    fetch = commands.add_parser("fetch", help="download a data set from openml.org")
    fetch.add_argument("name", help="mnist, mnist-hands (made of mnist) or fashion-mnist")
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


def _fetch(name: str) -> None:
    dataset = data.fetch(name, lambda done, message: print(f"{done:4.0%}  {message}", flush=True))
    print(f"stored in {dataset.folder}")


def _list() -> None:
    for info in data.available():
        state = "here" if info.here else "not here" if info.can_fetch else "not read"
        size = f" ({info.size})" if info.size else ""
        print(f"{info.name:15} {state:9} {info.title}{size}")
        for line in (info.how, *info.notes):
            print(f"{'':25} {line}")


if __name__ == "__main__":
    sys.exit(ended(main))
