"""Upload a photo or scan of a digit instead of drawing one."""

import streamlit as st

from data import DataError, handwriting
from data.formats import pictures
from pages.draw.sheet import Sheet
from pages.ui import session, words
from pages.ui.server import internals, workers
from pages.ui.server.limits import MAX_PICTURE_MB, MAX_PICTURE_MEGAPIXELS

TITLE = "From your picture. Draw on it, erase or move it, as you like."
MILLION = 1_000_000


def show(sheet: Sheet) -> None:
    """A box for a picture, whose ink is put on the canvas."""
    key = f"draw.photo.{sheet.brought}"

    def bring() -> None:
        file = session.get_control(key)
        if file is None:
            return
        sheet.brought += 1
        try:
            with workers.page_turn():  # it may take half a second
                sheet.bring(ink(file.getvalue()), TITLE)
        except DataError as error:
            sheet.problem = str(error)
        finally:
            internals.free_upload(file)

    with st.expander("Use a photo or scan", icon=":material/photo_camera:"):
        st.file_uploader(
            "A picture of one handwritten digit",
            type=["png", "jpg", "jpeg"],
            key=key,
            on_change=bring,
            max_upload_size=MAX_PICTURE_MB,
            help="PNG or JPEG, with any pen on any paper, also ruled, or chalk on a board. The "
            "steps below show how the digit is taken out of it. The picture is not saved.",
        )
    if sheet.problem:
        st.warning(words.plain(sheet.problem), icon=":material/warning:")


def ink(file: bytes) -> handwriting.Ink:
    """The ink in a picture. Raises DataError if there is none, or if it cannot be read."""
    if len(file) > MAX_PICTURE_MB * MILLION:
        raise DataError(f"picture: it has more than {MAX_PICTURE_MB} MB, the limit.")
    found = handwriting.ink(pictures.photo("picture", file, MAX_PICTURE_MEGAPIXELS * MILLION))
    if found is None:
        raise DataError(
            "picture: no handwriting was found in it. One digit in the middle, with even light, "
            "works best."
        )
    return found
