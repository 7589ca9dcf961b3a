"""Find the files in a folder that make up a data set, or say what is there instead.

They may lie deeper, as archives unpack and torchvision stores them. Their names say which belong
together, which is for training, and which well-known set it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data import names
from data.checks import DataError
from data.finding.scan import DEPTH, Piece, scan
from data.formats import idx
from data.formats.roles import role_of

FORMATS = ("IDX", "npz", "Parquet", "CSV", "LIBSVM", "pictures")  # the earlier one is taken
EXPECTED = (
    "train-images-idx3-ubyte and three more, mnist_train.csv or train.csv, an .npz or Parquet file "
    "with images and labels, or pictures in a folder for each class"
)


@dataclass(frozen=True)
class Found:
    """The files of one data set. An IDX part is a file of images and one of labels."""

    folder: Path  # where they lie
    format: str  # one of FORMATS
    prefix: str  # what their names begin with
    train: tuple[Path, ...]
    test: tuple[Path, ...] = ()
    known: names.Known | None = None  # the well-known set that it is, by its names

    @property
    def files(self) -> tuple[Path, ...]:
        """All files, or all roots of class folders."""
        return (*self.train, *self.test)


def look(folder: Path, deep: bool = True) -> list[Found]:
    """The data sets in a folder, those that lie least deep; without `deep`, only directly in it.

    Raises DataError, which says what is there instead and what is expected, if there is none.
    """
    try:
        pieces, seen = scan(folder, DEPTH if deep else 0)
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror}.") from error
    incomplete = ""
    for depth in sorted({piece.depth for piece in pieces}):
        sets, missing = _sets(folder, [piece for piece in pieces if piece.depth == depth])
        incomplete = incomplete or missing
        if sets:
            return sets
    if incomplete:
        raise DataError(f"{folder}: {incomplete}")
    raise DataError(f"{folder}: found: {seen}; expected: {EXPECTED}.")


def _sets(folder: Path, pieces: Sequence[Piece]) -> tuple[list[Found], str]:
    """The complete sets among the files of one depth, and what an incomplete one lacks."""
    groups: dict[tuple[Path, str], dict[str, list[Piece]]] = {}
    for piece in pieces:
        groups.setdefault((piece.home, piece.prefix), {}).setdefault(piece.format, []).append(piece)
    found, incomplete = [], ""
    for (home, prefix), by_format in groups.items():
        for form in FORMATS:
            if form in by_format:
                one, missing = _set(folder, home, prefix, form, by_format[form])
                incomplete = incomplete or missing
                if one:
                    found.append(one)
                    break
    named = [one for one in found if one.test or not _alone(one)]
    return named or found, incomplete


def _alone(found: Found) -> bool:
    """Whether the name of the only file says neither train nor test: any table may be one."""
    return found.format in ("CSV", "LIBSVM") and not role_of(found.train[0].name).part


def _set(
    folder: Path, home: Path, prefix: str, form: str, pieces: Sequence[Piece]
) -> tuple[Found | None, str]:
    """The set of files of one format with one prefix, or what it lacks."""
    parts: dict[str, list[Piece]] = {}
    for piece in sorted(
        pieces, key=lambda p: (len(p.path.parts), p.path.name.endswith(".gz"), p.path)
    ):
        parts.setdefault(piece.part, []).append(piece)
    known = names.recognize(prefix) or _known_folder(home, folder)
    contents_said = {piece.content for piece in pieces if piece.part == "train"}
    paired = form == "IDX" or (
        form in ("npz", "CSV")
        and contents_said >= {"images", "labels"}
        and not any(_is_whole(piece) for piece in pieces)
    )
    if paired:
        return _paired(home, prefix, form, parts, known)
    alone = parts.get("", [])
    train = parts.get("train", []) + parts.get("more", [])
    test = parts.get("test", [])
    if not parts.get("train"):
        if alone and test and form in ("CSV", "LIBSVM"):
            train = alone[:1]  # LIBSVM's usps and usps.t
        elif alone and form in ("pictures", "npz", "CSV", "LIBSVM", "Parquet"):
            train, test = (alone if form == "Parquet" else alone[:1]), []
        else:
            only = test or parts.get("more", [])
            return (
                None,
                f"{only[0].path.name} has no training file beside it, as train.csv."
                if only
                else "",
            )
    if form in ("CSV", "LIBSVM", "npz"):
        train = [p for p in train if p.part != "more"][:1] or train[:1]
        test = test[:1]
    made = Found(home, form, prefix, _paths(train), _paths(test), known=known)
    return made, ""


def _is_whole(piece: Piece) -> bool:
    """Whether an `.npz` holds images and labels of a part, or of all parts."""
    return piece.format == "npz" and not piece.content and piece.path.suffix == ".npz"


def _paired(
    home: Path, prefix: str, form: str, parts: dict[str, list[Piece]], known: names.Known | None
) -> tuple[Found | None, str]:
    """Files of images and files of labels, for training and for test."""
    found: dict[tuple[str, str], Path] = {}
    for part, pieces in parts.items():
        for piece in pieces:
            found.setdefault((part or "train", piece.content), piece.path)
    roles = [(part, what) for part in ("train", "test") for what in ("images", "labels")]
    there = [role in found for role in roles]
    if all(there) or there == [True, True, False, False]:
        files = [found[role] for role in roles if role in found]
        return Found(home, form, prefix, tuple(files[:2]), tuple(files[2:]), known=known), ""
    if not any(there):
        return None, ""
    missing = [name for name, has in zip(idx.FILES, there, strict=True) if not has]
    if form != "IDX":
        missing = [
            f"{part} {what}" for (part, what), has in zip(roles, there, strict=True) if not has
        ]
    if prefix:
        missing = [f"{prefix}-{name}" for name in missing]
    return None, (f"{' and '.join(missing)} (or .gz) missing; a set needs all four {form} files.")


def _paths(pieces: Iterable[Piece]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(piece.path for piece in pieces))


def _known_folder(home: Path, top: Path) -> names.Known | None:
    """The well-known set that a folder from `home` up to `top` is named after.

    Only the names of EMNIST's files say that its images are on their side.
    """
    home, top = home.resolve(), top.resolve()
    above = [home, *(path for path in home.parents if path.is_relative_to(top))]
    torchvision = home.parent if home.name.lower() in ("raw", "processed") else top
    for path in dict.fromkeys([torchvision, *above]):
        known = names.recognize(path.name)
        if known and (known is not names.MNIST or path in (top, torchvision)):
            return replace(known, transposed=False)
    return None
