"""A printed sheet instead of the screen: download it, photograph it, confirm the digits."""

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.drawings import Medium
from data import DIGITS, DataError
from data.writing import sheet, sheet_reader
from data.writing.sheet_reader import Cell, Filled
from pages.handwriting import collection
from pages.ui import digits, picture_box, session, words
from pages.ui.server import workers

BEAT = 0.4  # seconds between two looks whether a sheet has been read
HOW = (
    "1. Print the sheet, and write each digit ten times with a dark pen.\n"
    "2. Take a photo from above, with all five black squares in it, or scan it.\n"
    "3. Bring the picture here. You see what was found before anything is saved."
)
CHECK = (
    "Each column of the sheet holds one digit, so the labels are known. Leave out what was cut "
    "badly or does not belong there."
)


@dataclass
class Reading:
    """A visitor's sheet, from the file to the digits that wait to be confirmed."""

    number: int = 0  # of pictures so far; what is left out of one is not left out of the next
    future: Future[Filled] | None = None  # while a worker reads one
    found: Filled | None = None
    problem: str = ""

    def look(self) -> None:
        """Take over what a worker has read."""
        if self.future is None or not self.future.done():
            return
        future, self.future = self.future, None
        try:
            self.found = future.result()
        except DataError as error:
            self.problem = str(error)
        except (CancelledError, RuntimeError, OSError):
            self.problem = "A worker could not finish reading the picture. Try it again."
        if self.found and not self.found.cells:
            self.found, self.problem = None, "The sheet was found, but nothing is written on it."

    def discard(self) -> None:
        """For a button's callback: forget what was found."""
        self.found = None


@lru_cache(maxsize=1)
def printed() -> bytes:
    """The sheet as a PDF file."""
    return sheet.pdf()


def show() -> None:
    """The instructions, the sheet, a box for the photo, and the digits found in it."""
    reading = session.keep(Reading)
    st.markdown(HOW)
    st.download_button(
        "Download the sheet",
        printed,
        "handwriting.pdf",
        "application/pdf",
        icon=":material/print:",
        key="hand.print",
        help="One page of A4 as a PDF file; it fits on US Letter, too. Nobody's name is on it.",
    )
    _bring(reading)
    reading.look()
    if reading.future:
        workers.fragment(_wait, run_every=BEAT)()
    if reading.problem:
        st.warning(words.plain(reading.problem), icon=":material/warning:")
    if reading.found:
        _confirm(reading, reading.found)


def _bring(reading: Reading) -> None:
    """A box for a picture, which a worker reads."""

    def take(content: bytes) -> None:
        reading.number += 1
        reading.found, reading.problem = None, ""
        try:
            picture_box.check(content)
        except DataError as error:
            reading.problem = str(error)
            return
        if reading.future:
            reading.future.cancel()
        read, most = sheet_reader.read_file, picture_box.MOST_PIXELS
        reading.future = workers.shares()[0].submit(read, content, most)
        workers.wait_for(reading.future.done)

    picture_box.show(
        "A photo or scan of your filled sheet",
        "hand.photo",
        take,
        "PNG or JPEG, turned or tilted as you like, in dark ink or, from a tablet, in white on "
        "black. The picture is not saved, only the digits that you confirm.",
    )


def _wait() -> None:
    future = session.keep(Reading).future
    if future is None or future.done():
        st.rerun()
    st.markdown(":material/hourglass_top: Reading the sheet…")


def _confirm(reading: Reading, found: Filled) -> None:
    """The digits that were cut out, and the button that saves them."""
    ink = "dark on light" if found.dark else "light on dark"
    st.markdown(f"**{words.counted(len(found.cells), 'digit')} found**, {ink}.")
    st.caption(CHECK)
    out = st.multiselect(
        "Leave out",
        range(len(found.cells)),
        format_func=lambda k: _place(found.cells[k]),
        key=f"hand.out.{reading.number}",
        placeholder="None",
        help="These are not saved. Rows are counted from the top of the sheet.",
    )
    captions = [DIGITS[cell.label] for cell in found.cells]
    titles = [_place(cell) for cell in found.cells]
    pictures = [cell.picture for cell in found.cells]
    st.html(digits.strip(pictures, captions, titles=titles, size=44, marked=out))
    kept = [cell for k, cell in enumerate(found.cells) if k not in out]
    with st.container(horizontal=True):
        st.button(
            f"Save {words.counted(len(kept), 'digit')}",
            icon=":material/save:",
            key="hand.save",
            type="primary",
            on_click=_save,
            args=(reading, kept),
            disabled=not kept,
            help="Saves them with the label of their column. Half of each digit is kept aside.",
        )
        st.button(
            "Discard",
            icon=":material/delete:",
            key="hand.discard",
            on_click=reading.discard,
            help="Forgets what was found in this picture.",
        )


def _place(cell: Cell) -> str:
    return f"{DIGITS[cell.label]}, row {cell.row + 1}"


def _save(reading: Reading, cells: list[Cell]) -> None:
    """For a button's callback."""
    labels, pictures = [cell.label for cell in cells], [cell.picture for cell in cells]
    try:
        new = collection.add(labels, pictures, Medium.SHEET)
    except ArchiveError as error:
        session.say(str(error), "error")
        return
    reading.discard()
    twice = f" {len(cells) - new:,} were saved before." if new < len(cells) else ""
    session.say(f"{words.counted(new, 'digit')} saved.{twice}", "success")
