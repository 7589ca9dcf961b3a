"""The command line: `python -m ann`, everything without a browser.

`flags` says what can be asked for; `train`, `predict` and `commands` do it, `resume` continues a
training; `inputs` turns what a user typed into recipes and data, or into a `Mistake`, and `images`
into images; `outputs` writes files and warnings, `progress` draws the bar.
"""

import json
import sys

from ann.cli import commands
from ann.cli.flags import build_parser
from ann.cli.inputs import Mistake, Source
from ann.cli.predict import evaluate_command, predict_command
from ann.cli.train import Stopped, train_command

COMMANDS = {
    "train": train_command,
    "evaluate": evaluate_command,
    "predict": predict_command,
    "bench": commands.bench_command,
    "presets": commands.presets_command,
}


def main(argv: list[str], source: Source) -> int:
    """Run one command and return the exit code.

    0 means success, 2 a user's mistake, 130 Ctrl-C. Raises BrokenPipeError if a pipe was closed
    early, as by `head`.

    `source` is where data sets and images come from: the package `data`. Results go to stdout,
    everything else to stderr.
    """
    try:
        args = build_parser().parse_args(argv)
        result, text = COMMANDS[args.command](args, source)
    except Mistake as mistake:
        print(f"ann: {' '.join(str(mistake).split())}", file=sys.stderr)
        return 2
    except (Stopped, KeyboardInterrupt) as stop:
        print(f"ann: {str(stop) or 'stopped'}", file=sys.stderr)
        return 130
    # JSON has no NaN or infinity: the commands return None instead
    print(json.dumps(result, allow_nan=False) if args.json else text, flush=True)
    return 0
