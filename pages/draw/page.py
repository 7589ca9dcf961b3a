"""Draw: write a digit by hand and see the network's answer after each stroke."""

import numpy as np
import streamlit as st

from ann.events import Reason
from ann.running.view import Status
from data import DIGITS
from data.checks import PIXELS
from pages.draw import answer, own_test_set, preparation
from pages.draw.canvas import SIDE, canvas
from pages.ui import charts, frame, session, words
from pages.ui.live import chart
from pages.ui.networks import current as current_network
from pages.ui.networks import opened, quick
from pages.ui.server import internals, workers
from pages.ui.words import fitting

BRUSHES = {"Thin": 10, "Medium": 18, "Thick": 30}  # pixels
BEAT = 0.8  # seconds between two answers while the network trains
EMPTY = """#### Draw a digit on the black square
Use the mouse or a finger; draw it large, in as many strokes as you like. The network answers after
each stroke, so you can watch it change its mind."""


def page() -> None:
    """A canvas and the network's answer; without a network, a way to get one."""
    frame.open_page("Draw", "Draw a digit and see how the network classifies it.")
    job = current_network.training().job
    opened.choose(job)
    saved = opened.current()
    view = job.view() if job and not saved else None
    if view and (view.status == Status.FAILED or view.state.reason == Reason.DIVERGED):
        st.warning(words.plain(view.message), icon=":material/warning:")
    if not saved and (view is None or (view.status != Status.RUNNING and not view.state.step)):
        _no_network()
        return
    if saved and saved.run.n_features != PIXELS:
        st.error(
            f"This network takes images of {saved.run.n_features:,} pixels, but a drawing has "
            f"{PIXELS}. Choose another network.",
            icon=":material/error:",
        )
        return
    names = (saved or current_network.dataset()).class_names
    _about(names, known=not saved or saved.digits is not None)
    workers.fragment(_canvas)(names)
    chart.load()


def _about(names: tuple[str, ...], known: bool) -> None:
    """What the answers mean, where that is not obvious."""
    if not known:
        st.info(
            "The data set this network was trained on is not on this machine, so the names of "
            f"its {len(names):,} classes are unknown: they are numbered from 0.",
            icon=":material/help:",
        )
    elif names != DIGITS:
        st.info(
            f"This network learned {', '.join(names[:3])} and the like, not digits. Whatever you "
            "draw, it answers with one of the classes it knows: it cannot say “none of these”. "
            "Try an outline, filled in.",
            icon=":material/checkroom:",
        )


def _canvas(names: tuple[str, ...]) -> None:
    """The canvas; a stroke reruns only this part of the page."""
    drawings = session.keep(own_test_set.Drawings)
    # On a tablet or a zoomed page, two fifths are too narrow: the canvas would be cut off.
    st.html(internals.wide_column("sketch", SIDE + 2))
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.space(16)  # for the canvas's own tools, which appear above it
        paper = st.container(key="sketch")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button(
                "Clear",
                icon=":material/delete:",
                key="draw.clear",
                on_click=drawings.clear,
                help="Starts the next drawing on an empty canvas.",
            )
            width = _brush(drawings)
        with paper:
            drawn = canvas(width, drawings.first_strokes, f"draw.canvas.{drawings.canvas}")
        drawings.strokes = drawn.strokes
    drawing = preparation.prepare(drawn.image)
    with right:
        quick.progress()  # here, so that the canvas does not move when the bar goes
        if drawn.problem:
            st.warning(
                f"The drawing cannot be used. {words.plain(drawn.problem)}. Press **Clear** to "
                "start again.",
                icon=":material/warning:",
            )
        elif drawing is None:
            st.markdown(fitting(EMPTY, names))
        else:
            learning = current_network.training().status == Status.RUNNING and not opened.current()
            workers.fragment(_answer, run_every=BEAT if learning else None)(drawing.picture, names)
            own_test_set.ask(drawing.picture, names)
    if drawing is not None:
        st.markdown("**From your drawing to the network**")
        st.html(preparation.steps_strip(drawing.steps))
    own_test_set.show(names)


def _brush(drawings: own_test_set.Drawings) -> int:
    """The width of the strokes, in pixels of the canvas."""
    # Not a slider: the canvas cannot cope with so many changes in quick succession.
    name = st.segmented_control(
        "Brush",
        list(BRUSHES),
        default="Medium",
        required=True,
        key="draw.brush",
        persist_state="session",
        on_change=drawings.fix_strokes,
        help="The width of your strokes. It hardly matters to the network: every stroke is made as "
        "thick as MNIST's before the network gets it. Try it.",
    )
    return BRUSHES[name]


def _answer(picture: np.ndarray, names: tuple[str, ...]) -> None:
    """The network's answer; while it trains, again and again."""
    run = current_network.run()
    probabilities = answer.answers(picture[None], run)
    if probabilities is None:
        message = (run.message if run else "") or "The network gives no answer yet."
        st.info(words.plain(message), icon=":material/hourglass_top:")
        return
    st.html(answer.verdict(probabilities[0], names))
    shown = min(len(names), charts.MOST_BARS)
    chart.chart(
        chart.write(charts.probability_bars(probabilities[0], names, height=270)),
        key="draw.bars",
        caption=shown < len(names),
        look_for=f"The {shown} most probable of {len(names):,} classes.",
    )


def _no_network() -> None:
    with st.container(border=True):
        st.markdown(
            "There is no trained network yet. Train one, which takes seconds, and watch its "
            "answers improve while it learns."
        )
        quick.button()
        frame.page_link("train", "Or set one up yourself")


page()
