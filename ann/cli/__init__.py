"""The command line: the lab without a browser.

`flags` says what can be asked for, `commands` and `training` do it, `inputs` turns what a user
typed into recipes and data or into a `Mistake`, `progress` draws the bar.
"""

import json
import os
import sys
from collections.abc import Callable

from ann.cli import commands
from ann.cli.flags import build_parser
from ann.cli.inputs import Mistake
from ann.cli.train import Stopped, train_command

COMMANDS = {
    "train": train_command,
    "evaluate": commands.evaluate_command,
    "predict": commands.predict_command,
    "bench": commands.bench_command,
    "presets": commands.presets_command,
}


def main(argv: list[str], load: Callable) -> int:
    """Run one command; returns the exit code.

    0 is all well, 2 a user's mistake, 130 Ctrl-C, 141 a pipe that was closed early, as by `head`.

    `load(name_or_path)` returns a data set, with None for the default one, and raises `ValueError`
    or `OSError` with a message for people. Results go to stdout, everything else to stderr.
    """
    try:
        args = build_parser().parse_args(argv)
        result, text = COMMANDS[args.command](args, load)
    except Mistake as mistake:
        print(f"ann: {' '.join(str(mistake).split())}", file=sys.stderr)
        return 2
    except (Stopped, KeyboardInterrupt) as stop:
        print(f"ann: stopped. {stop}".strip(), file=sys.stderr)
        return 130
    try:
        # NaN and infinity are no JSON: `COMMANDS` gives None for them
        print(json.dumps(result, allow_nan=False) if args.json else text, flush=True)
    except BrokenPipeError:
        # Python would try once more at its end, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0
