"""Which commands and flags there are.

The flags of a recipe are made from `FIELDS`, so they are the names used everywhere else.
"""

import argparse

from ann.cli.inputs import Mistake
from ann.hyperparameters.field import Field
from ann.recipe import FIELDS

ABOUT = """Train a neural network on handwritten digits, without a browser.

  python -m ann train --preset keras-classic --out run.npz
  python -m ann train --hidden-sizes 64-32 --dropout 0.2 --epochs 5 --json
  python -m ann evaluate run.npz --split validation
"""
THREADS = """The matrix products use all cores. Several trainings at once are faster with one core
each: set OPENBLAS_NUM_THREADS=1."""


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` whose complaint is one line, like all others."""

    def error(self, message):
        raise Mistake(f"{message} (--help explains)")


def build_parser() -> argparse.ArgumentParser:
    """All commands with all their flags."""
    style = argparse.RawDescriptionHelpFormatter
    parser = Parser(
        "python -m ann",
        description=ABOUT,
        epilog=THREADS,
        formatter_class=style,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str) -> Parser:
        made = commands.add_parser(
            name, help=what, description=what, epilog=THREADS, allow_abbrev=False
        )
        made.add_argument("--json", action="store_true", help="end with one line of JSON on stdout")
        return made

    add_train(command("train", "train a network and test it"))
    evaluate = command("evaluate", "measure a saved run")
    evaluate.add_argument("run", metavar="RUN.npz", help="a file written by train --out")
    add_data(evaluate)
    evaluate.add_argument("--split", choices=("test", "validation"), default="test")
    predict = command("predict", "read digits with a saved run")
    predict.add_argument("run", metavar="RUN.npz", help="a file written by train --out")
    predict.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE.npy",
        help="uint8 digits, white on black: (28, 28), (N, 28, 28), (784,) or (N, 784)",
    )
    bench = command("bench", "measure how many images a second a recipe trains on")
    add_recipe(bench)
    add_data(bench)
    bench.add_argument("--measure", type=float, default=3, metavar="SECONDS", help="default 3")
    command("presets", "list the presets")
    return parser


def add_train(parser: argparse.ArgumentParser) -> None:
    """The flags of `train`."""
    add_recipe(parser)
    add_data(parser)
    parser.add_argument("--out", metavar="RUN.npz", help="write the trained network here")
    parser.add_argument(
        "--checkpoint",
        metavar="STATE.npz",
        help="keep the state of the training here, at Ctrl-C too, so that --resume can go on",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint; epochs and what the page changes midway may be given anew",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def add_data(parser: argparse.ArgumentParser) -> None:
    """The flag that chooses the digits."""
    parser.add_argument(
        "--data",
        metavar="NAME_OR_FOLDER",
        help="mnist-5k or mnist-uci (embedded), mnist, fashion-mnist or a folder of IDX or CSV "
        "files; default: ANN_DATA if set, else mnist-5k",
    )


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """`--preset` and a flag for every field of the recipe; a flag goes before the preset."""
    parser.add_argument("--preset", metavar="NAME", help="start from a preset: see presets")
    group = parser.add_argument_group("recipe")
    for name, field in FIELDS.items():
        flags = dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}"))
        group.add_argument(*flags, **how_to_take(field))


def how_to_take(field: Field) -> dict:
    """How argparse takes a field's flag: as text, which the field itself parses and checks."""
    default = field.format(field.default)
    help_text = f"{field.allowed}; default {default}. {field.help}".replace("%", "%%")
    taken = {"dest": field.name, "help": help_text, "metavar": "X"}
    if field.kind == "bool":  # --batch-norm alone is --batch-norm true
        return taken | {"nargs": "?", "const": "true"}
    if field.kind == "widths":  # 128-64 and 128 64 are the same
        return taken | {"nargs": "+", "metavar": "WIDTH"}
    return taken
