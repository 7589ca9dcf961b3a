"""Read pictures that lie in one folder for each class: PNG, JPEG or BMP.

Whoever made a picture may have made it to exhaust the memory: its header is read first, and only
a picture of a bounded size is decoded.
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from data.checks import MAX_IMAGES, PIXELS, SIDE, DataError
from data.dataset import Bytes
from data.table import Table

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")
MOST_BYTES = 4_000_000  # of one file
MOST_PIXELS = 4_000_000  # of one picture
# A photo or scan of one digit may be larger, and is shrunk to so many pixels a side.
PHOTO_BYTES, PHOTO_PIXELS, PHOTO_SIDE = 25_000_000, 50_000_000, 1_600
LIGHT = 128  # gray levels from here on are light


def read(roots: tuple[Path, ...]) -> Table:
    """The table of the pictures in the class folders of some folders. Raises DataError.

    They come in the order of the numbers in their names, whatever their class: so do the files of
    MNIST, and the same digits in IDX have the same order.
    """
    files = sorted(
        ((path, path.parent.name) for root in roots for path in listed(root)),
        key=lambda file: (numbers(file[0].stem), file[0].stem, file[1]),
    )
    if len(files) > MAX_IMAGES:
        raise DataError(f"{roots[0]}: more than {MAX_IMAGES:,} pictures.")
    notes: dict[str, None] = {}
    pixels = np.empty((len(files), PIXELS), np.uint8)
    for number, (path, _) in enumerate(files):
        pixels[number] = decode(path, _content(path), notes)
    return Table(pixels, np.array([label for _, label in files], np.str_), tuple(notes))


def listed(root: Path) -> Iterator[Path]:
    """The pictures in the class folders of a folder, in no certain order."""
    for folder in sorted(class_folders(root)):
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_picture(entry.name):
                    yield Path(entry.path)


def class_folders(root: Path) -> list[Path]:
    """The folders directly in a folder that hold pictures."""
    with os.scandir(root) as entries:
        folders = [Path(entry.path) for entry in entries if entry.is_dir()]
    return [folder for folder in folders if has_pictures(folder)]


def check(root: Path) -> None:
    """Raise DataError unless a folder has two folders with pictures, or more."""
    try:
        folders = class_folders(root)
    except OSError as error:
        raise DataError(f"{root}: cannot be read: {error.strerror or error}.") from error
    if len(folders) < 2:
        raise DataError(
            f"{root}: found: pictures in {len(folders)} folder{'s' * (len(folders) != 1)}; "
            "expected: one folder for each class, of two classes or more."
        )


def has_pictures(folder: Path) -> bool:
    """Whether a picture is among the files directly in a folder."""
    if folder.name.startswith((".", "__")):
        return False
    try:
        with os.scandir(folder) as entries:
            return any(is_picture(entry.name) for entry in entries)
    except OSError:
        return False


def is_picture(name: str) -> bool:
    """Whether a name is a picture's; those that macOS puts beside others are not."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def decode(path: Path, file: bytes, notes: dict[str, None]) -> Bytes:
    """The gray levels (784,) of a picture, shrunk or enlarged to 28 x 28 if it has another size.

    Adds what was done to `notes`. Raises DataError for what is no picture, or one too large.
    """
    gray = _opened(path, file, MOST_PIXELS)
    if gray.size != (SIDE, SIDE):
        notes[f"Pictures of other sizes were scaled to {SIDE} × {SIDE} pixels."] = None
        gray = _scaled(gray)
    return np.asarray(gray, np.uint8).ravel()


def read_photo(path: Path) -> Image.Image:
    """As `photo`, from a file. Raises DataError for what is no picture, or one too large."""
    return photo(str(path), _content(path, PHOTO_BYTES))


def photo(name: str, file: bytes, most: int = PHOTO_PIXELS) -> Image.Image:
    """A picture of up to `most` pixels in a file's bytes, in gray or RGB; a large one is shrunk.

    Raises DataError, which begins with `name`, for what is no picture, or one too large.
    """
    image = _opened(name, file, most, color=True)
    image.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.BOX)
    return image


def _opened(path: Path | str, file: bytes, most: int, color: bool = False) -> Image.Image:
    """A picture of at most so many pixels, upright as its camera was held: 8-bit gray, or RGB."""
    try:
        with Image.open(io.BytesIO(file), formats=["PNG", "JPEG", "BMP"]) as image:
            width, height = image.size
            if width * height > most:
                raise DataError(
                    f"{path}: a picture of {width:,} × {height:,} pixels; "
                    f"at most {most:,} are read."
                )
            # a large JPEG is decoded at a part of its size only
            image.draft("RGB" if color else "L", (PHOTO_SIDE, PHOTO_SIDE))
            upright = ImageOps.exif_transpose(image)
            return _colored(upright) if color else _gray(upright)
    except DataError:
        raise
    except Image.DecompressionBombError:  # Pillow's own limit is higher
        raise DataError(f"{path}: too large a picture; at most {most:,} pixels are read.") from None
    except UnidentifiedImageError:
        raise DataError(f"{path}: not a PNG, JPEG or BMP picture.") from None
    except Exception as error:  # Pillow can raise nearly anything for a damaged picture
        raise DataError(f"{path}: damaged: {' '.join(str(error).split())[:100]}.") from error


def _content(path: Path, most: int = MOST_BYTES) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.") from error
    if len(content) > most:
        raise DataError(f"{path}: a picture of more than {most:,} bytes.")
    return content


def _gray(image: Image.Image) -> Image.Image:
    """A picture in 8-bit gray; transparent parts are black, behind dark strokes white."""
    if image.mode.startswith("I"):  # 16 bits
        return Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype(np.uint8))
    return _opaque(image).convert("L")


def _colored(image: Image.Image) -> Image.Image:
    """A picture in 8-bit RGB, or in gray if it has no color; of 16 bits, from its own range."""
    if image.mode.startswith("I"):
        levels = np.asarray(image).clip(0, 65535)
        return Image.fromarray((levels * 255.0 / max(int(levels.max()), 1)).astype(np.uint8))
    opaque = _opaque(image)
    return opaque.convert("L" if image.mode in ("1", "L", "LA") else "RGB")


def _opaque(image: Image.Image) -> Image.Image:
    """A picture without transparency: on black, or on white if its strokes are dark."""
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image
    whole = image.convert("RGBA")
    levels, opaque = np.asarray(whole.convert("L")), np.asarray(whole)[..., 3] > LIGHT
    dark = opaque.any() and not opaque.all() and levels[opaque].mean() < LIGHT
    ground = Image.new("RGBA", whole.size, "white" if dark else "black")
    return Image.alpha_composite(ground, whole)


def _scaled(image: Image.Image) -> Image.Image:
    """A picture in 28 x 28, with its proportions, on a ground like its upper left corner."""
    width, height = image.size
    side = max(width, height)
    if width != height:
        ground = image.getpixel((0, 0))
        square = Image.new("L", (side, side), ground)
        square.paste(image, ((side - width) // 2, (side - height) // 2))
        image = square
    return image.resize(
        (SIDE, SIDE), Image.Resampling.BOX if side > SIDE else Image.Resampling.BICUBIC
    )


def numbers(text: str) -> tuple[int, ...]:
    """The numbers in a name, to sort by."""
    return tuple(int(number) for number in re.findall("[0-9]{1,18}", text))
