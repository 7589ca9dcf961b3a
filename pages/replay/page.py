"""Replay: the training of a network again, from its first step, in frames that move together."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ann.inside import frames as inside
from ann.inside.frames import Frame
from ann.running.view import ENDED
from pages.replay import changes, current, films, filters, player
from pages.replay.current import CurrentReplay
from pages.ui import frame, words
from pages.ui.inside import bar, drawing, rewind
from pages.ui.inside.subject import Digit, Shown, Subject
from pages.ui.live import beat, chart
from pages.ui.server import workers
from pages.ui.words import fitting

REEL = "replay"


def page() -> None:
    """The player, and everything that moves with it."""
    shown = bar.open_page("Replay", "Watch the network learn once more.", positions=False)
    if shown is None:
        return
    held = current.replay(shown.subject)
    if held.problem or held.replay is None:
        st.warning(words.plain(held.problem), icon=":material/warning:")
        return
    frames = current.shown(held)
    _progress(held, len(frames))
    if len(frames) > 1:
        _frames(shown, held, frames)
        chart.load()


def _progress(held: CurrentReplay, drawn: int) -> None:
    """How far the replay is, while it works; afterwards, whether it ended as the run did."""
    replay = held.replay
    assert replay is not None
    if replay.status not in ENDED:
        rewind.working(replay, lambda: len(current.shown(held)) > drawn)
    elif not replay.complete:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(words.plain(replay.message), icon=":material/warning:", width="stretch")
            st.button("Start over", key="replay.again", on_click=current.again)


def _frames(shown: Shown, held: CurrentReplay, frames: Sequence[Frame]) -> None:
    subject, digit = shown
    replay, names = held.replay, subject.digits.class_names
    assert replay is not None
    labels = current.labels(frames)
    version = subject.weights, held.of, len(frames)
    start, wrong = current.first_frame(held, frames)
    if wrong:
        st.warning(words.plain(f"{wrong}. Showing the last frame."), icon=":material/warning:")
    with st.container(key=player.KEY):
        of, texts = f"{held.arrivals} {held.of}", current.sentences(frames, subject)
        player.player(REEL, of, labels, texts, start, "replay.player")
    if replay.complete:
        same, text = current.outcome(replay, subject.run)
        icon = ":material/check_circle:" if same else ":material/warning:"
        if held.left_out:
            text += f" {words.counted(held.left_out, 'epoch')} have no frame, to keep it small."
        st.caption(f"{icon} {text}")
    made = beat.once("replay.filters", version, partial(filters.Filters.of, frames))
    curves = beat.once("replay.curves", version, partial(films.curves, frames, labels, names))
    width = subject.run.network.sizes[1]
    which = f"the {len(made.units)} of {width:,} units that changed most"
    with st.container(key=player.GRID):
        with _cell("What training changed"):
            filters.show(made, REEL, "replay.filters")
            st.caption(
                f"W − W₀ in layer 1, for {which if len(made.units) < width else 'each unit'}: a "
                "pixel is blue where the unit's weight has grown, orange where it has shrunk."
            )
        with _cell("Confusion matrix"):
            chart.film(curves.confusion, "replay.confusion", REEL)
            st.caption(films.CONFUSION)
        with _cell(fitting("The chosen digit", names)):
            _bars("replay.digit", version, frames, subject, digit.image, digit.label)
            st.caption(films.BARS if digit.label is None else f"{films.BARS} Green: its class.")
        with _cell("Accuracy"):
            chart.film(curves.accuracy, "replay.accuracy", REEL)
            st.caption(films.ACCURACY)
        with _cell("Loss"):
            chart.film(curves.loss, "replay.loss", REEL)
        with _cell("Your drawing"):
            _drawing(version, frames, subject)
    workers.fragment(changes.between)(subject, frames, labels, REEL)
    with st.expander("All frames as a table", icon=":material/table_rows:"):
        st.dataframe(_table(frames, labels, subject, digit), hide_index=True)


def _cell(title: str) -> DeltaGenerator:
    """A part of the page that moves with the player."""
    cell = st.container()
    cell.subheader(title, anchor=False)
    return cell


def _table(
    frames: Sequence[Frame], labels: Sequence[str], subject: Subject, digit: Digit
) -> dict[str, list[object]]:
    """The numbers of all frames, for those who can't see the charts."""
    names = subject.digits.class_names
    chosen = np.nan_to_num(inside.probabilities(frames, digit.image[None])[:, 0])
    answers = [names[int(p.argmax())] for p in chosen]
    table: dict[str, list[object]] = {
        "Frame": list(labels),
        "Epoch": [round(one.epoch, 3) for one in frames],
        "Accuracy": [f"{one.accuracy:.1%}" for one in frames],
        "Loss": [f"{one.loss:.4f}" for one in frames],
        fitting("Answer for the digit", names): list(answers),
        "Its probability": [f"{p.max():.1%}" for p in chosen],
    }
    return table


def _bars(
    key: str,
    version: tuple[object, ...],
    frames: Sequence[Frame],
    subject: Subject,
    image: np.ndarray,
    label: int | None,
) -> None:
    names = subject.digits.class_names

    def make() -> chart.Film:
        return films.bars(inside.probabilities(frames, image[None])[:, 0], names, label)

    chart.film(beat.once(key, (*version, image.tobytes(), label), make), key, REEL)


def _drawing(version: tuple[object, ...], frames: Sequence[Frame], subject: Subject) -> None:
    """The learner's own drawing, if there is one that this network can read."""
    picture = drawing.latest()
    if picture is None or len(picture) != subject.run.n_features:
        st.markdown("Draw a digit, and see here how the network learned to read it.")
        frame.page_link("draw", "Go to the Draw page")
        return
    _bars("replay.drawing", version, frames, subject, picture, None)


page()
