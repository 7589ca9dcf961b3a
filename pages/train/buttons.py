"""The buttons of a training. Each can be pressed exactly when it does something."""

from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.ui.networks import current as current_network

NEW, MIDWAY = ("none", "finished", "failed"), ("paused",)


class Spec(NamedTuple):
    """A button: where it stands, when it can be pressed, what it does."""

    key: str
    label: str
    icon: str
    on_click: partial
    when: tuple[str, ...]  # statuses of the job
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
        ("running",),
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
        ("none", *MIDWAY),
        "One step: read one batch, move every weight once, then pause.",
    ),
    Spec(
        "epoch",
        "Epoch",
        "fast_forward",
        partial(current_network.ask, "epoch"),
        ("none", *MIDWAY),
        "One epoch: go once through all training digits, measure, then pause.",
    ),
    Spec(
        "stop",
        "Stop",
        "stop",
        partial(current_network.stop),
        ("running", "paused"),
        "End the training here and keep the network as it is.",
    ),
    Spec(
        "reset",
        "Reset",
        "replay",
        partial(current_network.reset),
        ("running", "paused", "finished", "failed"),
        "Forget this network and its curves.",
    ),
)


def show(status: str) -> None:
    """The row of buttons for a status of the training."""
    current_network.offer(status)
    main = next((spec for spec in MAIN if status in spec.when), MAIN[0])
    _button(main, status, type="primary")
    for spec in OTHERS:
        _button(spec, status)


def _button(spec: Spec, status: str, **options) -> None:
    st.button(
        spec.label,
        key=f"train.{spec.key}",
        icon=f":material/{spec.icon}:",
        on_click=spec.on_click,
        disabled=status not in spec.when,
        help=spec.help,
        **options,
    )
