"""The command line: `python -m ann`, everything without a browser.

`flags` says what can be asked for; `train` and `commands` do it, `resume` continues a training;
`inputs` turns what a user typed into recipes and data, or into a `Mistake`; `outputs` writes files,
`progress` draws the bar.
"""

import json
import os
import sys

from ann.cli import commands
from ann.cli.flags import build_parser
from ann.cli.inputs import Load, Mistake
from ann.cli.train import Stopped, train_command

COMMANDS = {
    "train": train_command,
    "evaluate": commands.evaluate_command,
    "predict": commands.predict_command,
    "bench": commands.bench_command,
    "presets": commands.presets_command,
}


def main(argv: list[str], load: Load) -> int:
    """Run one command and return the exit code.

    0 means success, 2 a user's mistake, 130 Ctrl-C, 141 a pipe that was closed early, as by `head`.

    `load(name_or_folder)` returns a data set (None stands for the default one) and raises
    `ValueError` or `OSError` with a message for people. Results go to stdout, everything else to
    stderr.
    """
    try:
        args = build_parser().parse_args(argv)
        result, text = COMMANDS[args.command](args, load)
    except Mistake as mistake:
        print(f"ann: {' '.join(str(mistake).split())}", file=sys.stderr)
        return 2
    except (Stopped, KeyboardInterrupt) as stop:
        print(f"ann: {str(stop) or 'stopped'}", file=sys.stderr)
        return 130
    try:
        # JSON has no NaN or infinity: the commands return None instead
        print(json.dumps(result, allow_nan=False) if args.json else text, flush=True)
    except BrokenPipeError:
        # at exit, Python would try to write once more, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0
