"""Files that a command writes: checked before a long training, complete or not there at all."""

import argparse
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from ann.cli.inputs import Mistake, blaming

FLAGS = ("out", "checkpoint")  # those that name a file to write


def check_outputs(args: argparse.Namespace) -> None:
    """Find out before the work whether its results can be written."""
    given = {name: getattr(args, name, None) for name in FLAGS}
    paths = {name: Path(path) for name, path in given.items() if path is not None}
    for name, path in paths.items():
        try:
            folder = path.absolute().parent
            if (path.exists() and not path.is_file()) or not folder.is_dir():
                raise Mistake(f"{name}: {path} is not a plain file, or its folder does not exist")
            part_of(path).unlink(missing_ok=True)  # refused if the name is too long
            TemporaryFile(dir=folder).close()
        except OSError as error:
            raise Mistake(f"{name}: {path} can't be written ({error.strerror})") from error
    if len({path.resolve() for path in paths.values()}) < len(paths):
        raise Mistake(f"out: {args.out} is also the checkpoint; each needs a file of its own")


def part_of(path: Path) -> Path:
    """Where a file is written until it is complete."""
    return path.with_name(f"{path.name}.part")


def write(path: str, save: Callable[[BinaryIO], object]) -> None:
    """Let `save` write a file, and put it in its place only when it is complete."""
    target = Path(path).resolve()  # the file that a link points to, not the link
    part = part_of(target)
    with blaming(path):
        try:
            with part.open("wb") as file:
                save(file)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def for_json(number: float) -> float | None:
    """None for NaN and infinity, which JSON does not have."""
    return float(number) if isfinite(number) else None
