"""A box for a photo or scan, which is read once and then given back."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from data import DataError
from pages.ui import session
from pages.ui.server import internals
from pages.ui.server.limits import MAX_PICTURE_MB, MAX_PICTURE_MEGAPIXELS

MILLION = 1_000_000
MOST_BYTES, MOST_PIXELS = MAX_PICTURE_MB * MILLION, MAX_PICTURE_MEGAPIXELS * MILLION


@dataclass
class Brought:
    """How many pictures were brought to each box: each picture has an uploader of its own."""

    numbers: Counter[str] = field(default_factory=Counter)


def show(label: str, key: str, take: Callable[[bytes], None], help_text: str) -> None:
    """A box for a PNG or JPEG file; `take` gets its content, in the callback of the uploader."""
    numbers = session.keep(Brought).numbers
    uploader = f"{key}.{numbers[key]}"

    def bring() -> None:
        file = session.get_control(uploader)
        if file is None:
            return
        numbers[key] += 1
        try:
            take(file.getvalue())
        finally:
            internals.free_upload(file)

    st.file_uploader(
        label,
        type=["png", "jpg", "jpeg"],
        key=uploader,
        on_change=bring,
        max_upload_size=MAX_PICTURE_MB,
        help=help_text,
    )


def check(content: bytes) -> None:
    """Raise DataError if a picture has too many bytes: what a browser sends may exceed the box's
    limit.
    """
    if len(content) > MOST_BYTES:
        raise DataError(f"picture: it has more than {MAX_PICTURE_MB} MB, the limit.")
