"""Upload a photo or scan of a digit instead of drawing one."""

import streamlit as st

from data import DataError
from data.formats import pictures
from data.writing import handwriting
from pages.draw.sheet import Sheet
from pages.ui import picture_box, words
from pages.ui.server import workers

TITLE = "From your picture. Draw on it, erase or move it, as you like."


def show(sheet: Sheet) -> None:
    """A box for a picture, whose ink is put on the canvas."""

    def take(content: bytes) -> None:
        try:
            with workers.page_turn():  # it may take half a second
                sheet.bring(ink(content), TITLE)
        except DataError as error:
            sheet.problem = str(error)

    with st.expander("Use a photo or scan", icon=":material/photo_camera:"):
        picture_box.show(
            "A picture of one handwritten digit",
            "draw.photo",
            take,
            "PNG or JPEG, with any pen on any paper, also ruled, or chalk on a board. The steps "
            "below show how the digit is taken out of it. The picture is not saved.",
        )
    if sheet.problem:
        st.warning(words.plain(sheet.problem), icon=":material/warning:")


def ink(file: bytes) -> handwriting.Ink:
    """The ink in a picture. Raises DataError if there is none, or if it cannot be read."""
    picture_box.check(file)
    found = handwriting.ink(pictures.photo("picture", file, picture_box.MOST_PIXELS))
    if found is None:
        raise DataError(
            "picture: no handwriting was found in it. One digit in the middle, with even light, "
            "works best."
        )
    return found
