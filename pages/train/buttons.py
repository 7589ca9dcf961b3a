"""The buttons of a training. Each can be pressed exactly when it does something."""

from functools import partial
from typing import NamedTuple

import streamlit as st

from ann.running.view import ENDED, Status
from pages.ui.networks import current as current_network

NEW, MIDWAY = (None, *ENDED), (Status.PAUSED,)


class Spec(NamedTuple):
    """A button: where it stands, when it can be pressed, what it does."""

    key: str
    label: str
    icon: str
    on_click: partial
    when: tuple[Status | None, ...]  # statuses of the job; None without one
    help: str


MAIN = (  # one of these at a time, in the same place
    Spec(
        "start",
        "Start",
        "play_arrow",
        partial(current_network.ask, "start"),
        NEW,
        "Draw fresh weights and train them with the settings on this page.",
    ),
    Spec(
        "pause",
        "Pause",
        "pause",
        partial(current_network.pause),
        (Status.RUNNING,),
        "Hold the training. Nothing is lost: it goes on as if it had never stopped.",
    ),
    Spec(
        "resume",
        "Resume",
        "play_arrow",
        partial(current_network.ask, "start"),
        MIDWAY,
        "Go on to the last epoch.",
    ),
)
OTHERS = (
    Spec(
        "step",
        "Step",
        "skip_next",
        partial(current_network.ask, "step"),
        (None, *MIDWAY),
        "One step: read one batch, move every weight once, then pause.",
    ),
    Spec(
        "epoch",
        "Epoch",
        "fast_forward",
        partial(current_network.ask, "epoch"),
        (None, *MIDWAY),
        "One epoch: go once through all training digits, measure, then pause.",
    ),
    Spec(
        "stop",
        "Stop",
        "stop",
        partial(current_network.stop),
        (Status.RUNNING, Status.PAUSED),
        "End the training here and keep the network as it is.",
    ),
    Spec(
        "reset",
        "Reset",
        "replay",
        partial(current_network.reset),
        (Status.RUNNING, Status.PAUSED, *ENDED),
        "Forget this network and its curves.",
    ),
)


def show(status: Status | None) -> None:
    """The row of buttons for a status of the training."""
    current_network.offer(status)
    main = next((spec for spec in MAIN if status in spec.when), MAIN[0])
    _button(main, status, type="primary")
    for spec in OTHERS:
        _button(spec, status)


def _button(spec: Spec, status: Status | None, **options) -> None:
    st.button(
        spec.label,
        key=f"train.{spec.key}",
        icon=f":material/{spec.icon}:",
        on_click=spec.on_click,
        disabled=status not in spec.when,
        help=spec.help,
        **options,
    )
