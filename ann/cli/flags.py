"""All commands and flags.

The flags of a recipe are made from `FIELDS`, so their names and help texts are those used
everywhere else.
"""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from ann.cli.inputs import Mistake
from ann.cli.resume import MAY_CHANGE
from ann.hyperparameters.field import Field, clipped
from ann.recipe import FIELDS

ABOUT = """Train a neural network on handwritten digits, without a browser.

  python -m ann train --preset keras-classic --out run.npz
  python -m ann train --hidden-sizes 64-32 --dropout 0.2 --epochs 5 --json
  python -m ann evaluate run.npz --split validation
  python -m ann predict run.npz four.png
"""
THREADS = """Matrix products use all cores. Several trainings at once are faster with one core
each: set OPENBLAS_NUM_THREADS=1."""

IMAGES = """pictures of one digit each (PNG, JPEG), a folder of such pictures, a table (CSV), IDX
images, .npy or .npz"""


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` that reports a mistake in one line, as everything else does."""

    def parse_args(  # type: ignore[override]  # one kind of namespace is enough
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Parse; images may also follow after flags, which argparse does not expect."""
        found, rest = self.parse_known_args(args, namespace)
        if rest and hasattr(found, "images") and not any(name.startswith("-") for name in rest):
            found.images = [*found.images, *rest]
        elif rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found

    def error(self, message: str) -> NoReturn:
        raise Mistake(f"{clipped(message)} (see --help)")


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
        made.add_argument(
            "--json", action="store_true", help="print the results as one line of JSON"
        )
        return made

    add_train(command("train", "train a network and test it"))
    evaluate = command("evaluate", "evaluate a saved run on a data set, or on labeled images")
    evaluate.add_argument("run", metavar="RUN.npz", help="a file written by train --out")
    evaluate.add_argument(
        "images",
        nargs="*",
        metavar="IMAGES",
        help=f"files or folders of labeled images, instead of a data set: {IMAGES}",
    )
    add_data(evaluate)
    evaluate.add_argument(
        "--split",
        choices=("test", "validation"),
        help="which digits of the data set; default test",
    )
    predict = command("predict", "classify images with a saved run")
    predict.add_argument("run", metavar="RUN.npz", help="a file written by train --out")
    predict.add_argument(
        "images", nargs="+", metavar="IMAGES", help=f"files or folders of images: {IMAGES}"
    )
    predict.add_argument(
        "--out",
        metavar="SUBMISSION.csv",
        help="write the predictions into this file as Kaggle takes them, with the columns ImageId, "
        "from 1, and Label",
    )
    bench = command("bench", "measure how many images per second training processes")
    add_recipe(bench)
    add_data(bench)
    bench.add_argument(
        "--measure", type=float, default=3, metavar="SECONDS", help="for how long; default 3"
    )
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
        help="save the training state here, also at Ctrl-C, so that --resume can continue",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help=f"continue from the checkpoint; only {', '.join(MAY_CHANGE)} may change",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def add_data(parser: argparse.ArgumentParser) -> None:
    """The flag that chooses the digits."""
    parser.add_argument(
        "--data",
        metavar="NAME_OR_FOLDER",
        help="mnist-5k or mnist-uci (embedded), mnist, mnist-hands (made of mnist), fashion-mnist, "
        "a folder of files (IDX, CSV, .npz, Parquet, pictures) or one of them; default: ANN_DATA "
        "if set, else mnist-5k",
    )


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """`--preset`, and a flag for every field of the recipe, which overrides the preset."""
    parser.add_argument(
        "--preset", metavar="NAME", help="start from a preset; `python -m ann presets` lists them"
    )
    group = parser.add_argument_group("recipe")
    for name, field in FIELDS.items():
        flags = dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}"))
        group.add_argument(*flags, **how_to_take(field))


def how_to_take(field: Field) -> dict[str, Any]:
    """Options for argparse, which takes a flag as text; the field itself parses and checks it."""
    default = field.format(field.default)
    help_text = f"{field.allowed}; default {default}. {field.help}".replace("%", "%%")
    taken = {"dest": field.name, "help": help_text, "metavar": "X"}
    if field.kind == "bool":  # --batch-norm alone is --batch-norm true
        return taken | {"nargs": "?", "const": "true"}
    if field.kind == "widths":  # 128-64 and 128 64 are the same
        return taken | {"nargs": "+", "metavar": "WIDTH"}
    return taken
