"""Choose the digit to look at."""

import numpy as np
import streamlit as st

from pages.ui import digits, session, words
from pages.ui.inside import control, digit, drawing, pictures, selection
from pages.ui.inside.place import Place
from pages.ui.inside.selection import ALL, CLASS, CONFUSION, MISTAKES, Selection
from pages.ui.inside.subject import Digit, Subject
from pages.ui.words import counted, fitting

# Keys of controls.
OPEN, PART, NUMBER, KIND = "inside.choose", "inside.part", "inside.number", "inside.kind"
LABEL, PAIR = "inside.class", "inside.confusion"
SIDE = 56  # pixels of the chosen digit
PER_PAGE = 32  # small digits
PARTS = {"v": "Validation", "t": "Training", digit.DRAWING: "My drawing"}
KINDS = {ALL: "All", MISTAKES: "Mistakes", CLASS: "One class", CONFUSION: "One confusion"}


def choose(subject: Subject, place: Place) -> Digit:
    """Controls that choose a digit; returns the chosen one."""
    try:
        chosen = place.digit(subject)
    except ValueError as error:
        chosen = place.digit(subject)
        st.warning(
            f"{words.plain(str(error))}. Showing {words.plain(chosen.code)} instead.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True, vertical_alignment="center", key="inside.digit"):
        title = digit.name(subject, chosen)
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.html(digits.strip(chosen.image[None], titles=[title], size=SIDE), width="content")
            text = f"**{words.plain(title)}**{_among(subject, place, chosen)}"
            st.markdown(text, width="content")
        with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
            if chosen.label is not None:
                _steps(subject, place, chosen)
            _popover(subject, place, chosen)
    return chosen


def _among(subject: Subject, place: Place, chosen: Digit) -> str:
    """Where the digit is among those that Previous and Next lead to, if these are not all."""
    if chosen.label is None or place.selection.kind == ALL:
        return ""
    letter, index = chosen.code[0], int(chosen.code[1:])
    found = selection.members(subject, letter, place.selection)
    if index not in found:
        return ""
    which, label, answer = place.selection
    names = subject.digits.class_names
    what = {
        MISTAKES: "mistakes",
        CLASS: f"of class {names[label]}",
        CONFUSION: f"{names[label]} taken for {names[answer]}",
    }[which]
    at = int(np.searchsorted(found, index)) + 1
    return f" · {at:,} of {len(found):,} {words.plain(what)}"


def _steps(subject: Subject, place: Place, chosen: Digit) -> None:
    """Buttons that lead to another digit of the selection, and its number to type."""
    letter, index = chosen.code[0], int(chosen.code[1:])
    count = len(digit.images(subject, letter)[1])

    def found() -> np.ndarray:
        some = selection.members(subject, letter, place.selection)
        return some if len(some) else np.arange(count)

    def go(forward: bool) -> None:
        place.code = f"{letter}{selection.step(found(), index, forward)}"

    def draw() -> None:
        place.code = f"{letter}{np.random.default_rng().choice(found())}"

    def typed() -> None:
        place.code = f"{letter}{control.moved(NUMBER)}"

    def mistake() -> None:
        wrong = selection.members(subject, letter, Selection(MISTAKES))
        if len(wrong):
            place.code = f"{letter}{selection.step(wrong, index, True)}"
        else:
            session.say(f"No mistakes among these {subject.things}.", "success")

    st.number_input(
        "Number",
        0,
        count - 1,
        key=control.key(NUMBER, index),
        on_change=typed,
        label_visibility="collapsed",
        width=120,
    )
    for key, icon in (("previous", "chevron_left"), ("next", "chevron_right")):
        st.button(
            key.capitalize(),
            key=f"inside.{key}",
            icon=f":material/{icon}:",
            on_click=go,
            args=(key == "next",),
        )
    st.button(
        "Next mistake",
        key="inside.mistake",
        icon=":material/error:",
        on_click=mistake,
        help=f"The next of these {subject.things} that this network classifies wrong.",
    )
    st.button("Random", key="inside.random", icon=":material/shuffle:", on_click=draw)


def _popover(subject: Subject, place: Place, chosen: Digit) -> None:
    with st.popover(
        "Choose", icon=":material/apps:", key=OPEN, on_change="rerun", width="content"
    ) as box:
        if box.open:
            _choose(subject, place, chosen)


def _choose(subject: Subject, place: Place, chosen: Digit) -> None:
    """What Previous and Next lead to, and small pictures of it."""
    letter = chosen.code[0] if chosen.label is not None else digit.DRAWING
    parts = [part for part in digit.PARTS if len(digit.images(subject, part)[1])]
    if letter == digit.DRAWING or drawing.latest() is not None:
        parts.append(digit.DRAWING)

    def switch() -> None:
        part = session.get_control(PART)
        place.code = part if part == digit.DRAWING else f"{part}0"

    session.set_control(PART, letter)
    st.segmented_control(
        fitting("Digits", subject.digits.class_names),
        parts,
        required=True,
        format_func=PARTS.__getitem__,
        key=PART,
        on_change=switch,
        help=f"The network did not learn from the validation {subject.things}. The test "
        f"{subject.things} are not offered: they are kept for one honest evaluation at the end.",
    )
    if letter == digit.DRAWING:
        st.caption("What is on the canvas of the Draw page.")
        return
    _select(subject, place, letter)
    found = selection.members(subject, letter, place.selection)
    searched = selection.searched(subject, letter)
    if place.selection.kind in (MISTAKES, CONFUSION) and searched < len(
        digit.images(subject, letter)[1]
    ):
        st.caption(f"Among the first {searched:,} {subject.things}.")
    if not len(found):
        st.caption(f"There are no such {subject.things}.")
        return
    _pictures(subject, place, letter, found, chosen)


def _select(subject: Subject, place: Place, letter: str) -> None:
    """What Previous and Next lead to. What is shown changes with it, unless it is among them."""
    names, wanted = subject.digits.class_names, place.selection

    def take(selected: Selection) -> None:
        place.selection = selected
        found = selection.members(subject, letter, selected)
        index = int(place.code[1:])
        if len(found) and index not in found:
            place.code = f"{letter}{selection.step(found, index, True)}"

    def kind_chosen() -> None:
        kind, index = session.get_control(KIND), int(place.code[1:])
        if kind == CLASS:
            take(Selection(CLASS, int(digit.images(subject, letter)[1][index])))
        elif kind == CONFUSION and (pairs := selection.confusions(subject, letter)):
            take(Selection(kind, *pairs[0][:2]))
        else:
            take(wanted._replace(kind=kind))

    session.set_control(KIND, wanted.kind)
    st.segmented_control(
        "Which",
        list(KINDS),
        required=True,
        format_func=KINDS.__getitem__,
        key=KIND,
        on_change=kind_chosen,
        help="Previous, Next and Random stay among these.",
    )
    if wanted.kind == CLASS:
        session.set_control(LABEL, min(wanted.label, len(names) - 1))
        st.selectbox(
            "Class",
            range(len(names)),
            format_func=lambda c: names[c],
            key=LABEL,
            on_change=lambda: take(Selection(CLASS, session.get_control(LABEL))),
        )
    elif wanted.kind == CONFUSION:
        pairs = {(a, b): count for a, b, count in selection.confusions(subject, letter)}
        now = (wanted.label, wanted.answer)
        session.set_control(PAIR, now)
        st.selectbox(
            "Confusion",
            list(pairs) if now in pairs else [now, *pairs],
            format_func=lambda pair: (
                f"{names[pair[0]]} taken for {names[pair[1]]}: {pairs.get(pair, 0):,}"
            ),
            key=PAIR,
            on_change=lambda: take(Selection(CONFUSION, *session.get_control(PAIR))),
        )


def _pictures(
    subject: Subject, place: Place, letter: str, found: np.ndarray, chosen: Digit
) -> None:
    pages = -(-len(found) // PER_PAGE)
    page = 1
    if pages > 1:
        at = int(np.searchsorted(found, int(chosen.code[1:])))
        key = f"inside.page.{letter}.{'.'.join(map(str, place.selection))}"
        page = st.pagination(pages, default=min(at // PER_PAGE + 1, pages), key=key)
    some = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    shown = [digit.find(subject, f"{letter}{index}") for index in some]
    pictures.show(
        "inside.pictures",
        [pictures.Picture(one.code, one.image, "", digit.name(subject, one)) for one in shown],
        f"{subject.things.capitalize()} to choose from",
        chosen.code,
    )
    st.caption(f"{counted(len(found), subject.things.removesuffix('s'))}.")
