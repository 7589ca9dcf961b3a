"""Draw: write a digit by hand and see the network's answer after each stroke."""

from threading import Thread

import numpy as np
import streamlit as st

from ann.events import Reason
from ann.running.view import Status
from data import DIGITS
from data.checks import PIXELS
from data.writing import resemblance
from pages.draw import answer, copies, own_test_set, photo, preparation, several, tools
from pages.ui import charts, frame, remedies, session, words
from pages.ui.canvas import canvas, paper
from pages.ui.inside import bar, digit
from pages.ui.inside import drawing as latest_drawing
from pages.ui.live import chart
from pages.ui.networks import current as current_network
from pages.ui.networks import newest, opened, quick, undo
from pages.ui.server import workers
from pages.ui.words import fitting

PAPER = "sketch"  # the key of the canvas's container
BEAT = 0.8  # seconds between two answers while the network trains
EMPTY = """## Draw a digit on the black square
Use the mouse or a finger; draw it large, in as many strokes as you like. The network answers after
each stroke, so you can watch it change its mind. Or bring a photo of one: *Use a photo or scan*."""


def page() -> None:
    """A canvas and the network's answer; without a network, a way to get one."""
    newest.bring_back()
    frame.open_page("Draw", "Draw a digit and see how the network classifies it.")
    newest.show()
    undo.offer()
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
    learned = saved.digits if saved else current_network.dataset()
    if learned:
        remedies.warn(learned)
    drawings = session.keep(own_test_set.Drawings)
    if session.get_control(_key(drawings)) is None:  # the browser has no canvas, so has no strokes
        drawings.fix_strokes()
    workers.fragment(_canvas)(names)
    Thread(target=resemblance.load, daemon=True).start()  # so that the first stroke need not wait
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
    left, right = st.columns([2, 3], gap="large")
    with left:
        sheet = paper(PAPER)
        width, color = tools.brush(drawings)
        with sheet:
            drawn = canvas(width, color, drawings.first_strokes, _key(drawings))
        image = drawings.see(drawn)
        if drawings.title:
            st.caption(words.plain(drawings.title))
        below = st.container()
    drawing = preparation.prepare(image, tools.prepared(drawings))
    latest_drawing.keep(drawing.picture if drawing else None)
    learning = current_network.training().status == Status.RUNNING and not opened.current()
    beat = BEAT if learning else None
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
            workers.fragment(_answer, run_every=beat)(drawing.picture, names)
            bar.link("look", "Look inside", digit=digit.DRAWING)
            doubt = st.empty()
            own_test_set.ask(drawing.picture, names)
    with below:  # after the answer, which need not wait for it
        tools.show(drawings, names)
        photo.show(drawings)
    if drawing is not None:
        what = "picture" if drawings.photo else "drawing"
        st.markdown(f"**From your {what} to the network**")
        st.html(preparation.steps_strip([*drawings.photo, *drawing.steps]))
        workers.fragment(copies.show, run_every=beat)(drawing.picture, names)
        several.show(drawing.picture)
    own_test_set.show(names)
    # Last, so that nothing waits for it.
    certain = names != DIGITS or drawings.is_as_taken
    if drawing is not None and not certain and (found := drawing.doubt()):
        doubt.warning(answer.doubted(found), icon=":material/help:")


def _key(drawings: own_test_set.Drawings) -> str:
    return f"draw.canvas.{drawings.canvas}"


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
    saved = newest.offer()
    with st.container(border=True):
        what = "No network is open in this tab" if saved else "There is no trained network yet"
        st.markdown(
            f"{what}. Train one, which takes seconds, and watch its answers improve while it "
            "learns."
        )
        quick.button()
        frame.page_link("train", "Or set one up yourself")


page()
