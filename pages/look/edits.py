"""Change units on a copy of the network, and see which digits that loses or wins."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.inside import units
from ann.inside.look import Unit
from ann.inside.passes import affordable
from ann.inside.units import Edit, Effect
from ann.run import Run
from pages.ui import session
from pages.ui.inside import digit, pictures
from pages.ui.inside.subject import Subject
from pages.ui.live import beat
from pages.ui.words import counted, fitting, listed

MOST_IMAGES, WORK = 1_000, 5e9  # that an effect is counted on: digits, and multiply-adds
MOST_SHOWN = 24  # pictures of digits lost, and of digits won, unless all are asked for
MOST_SHIFT, MOST_SCALE = 5.0, 3.0
DROPPED = "Your changes on a copy of the network were dropped when"
STRONGEST, RANDOM = "the strongest", "random ones"


class Tuning(NamedTuple):
    """What a visitor did to one unit."""

    off: bool = False
    shift: float = 0.0  # of the bias
    scale: float = 1.0  # of the weights


class Kept(NamedTuple):
    """How many units of a layer are left, and which."""

    number: int
    which: str


@dataclass
class Edits:
    """The visitor's edits of one network; `round` grows when they are dropped."""

    weights: str = ""  # of the network
    of_units: dict[Unit, Tuning] = field(default_factory=dict)
    of_layers: dict[int, Kept] = field(default_factory=dict)
    round: int = 0  # in the keys of the controls, which then start anew

    def __bool__(self) -> bool:
        return bool(self.of_units or self.of_layers)

    def drop(self) -> None:
        """Back to the network as it was trained."""
        self.of_units, self.of_layers, self.round = {}, {}, self.round + 1

    def version(self) -> tuple[object, ...]:
        """Changes with every edit."""
        return self.weights, tuple(self.of_units.items()), tuple(self.of_layers.items())


def current() -> Edits:
    """This visitor's edits."""
    return session.keep(Edits)


def begin(subject: Subject) -> None:
    """Drop the edits of another network, and say so; leaving the page will drop them, too."""
    edits = current()
    if edits and edits.weights != subject.weights:
        edits.drop()
        st.info(f"{DROPPED} you chose another network.", icon=":material/undo:")
    edits.weights = subject.weights
    session.state().on_leaving = leave


def leave() -> None:
    """Drop the edits when the visitor goes to another page, and say so there."""
    edits = current()
    if edits:
        edits.drop()
        session.say(f"{DROPPED} you left Look.")


def applied(subject: Subject) -> Run:
    """The network with the visitor's edits: a copy; the network itself if there are none."""
    edits = current()
    if not edits:
        return subject.run
    return beat.once("look.edited", edits.version(), lambda: _apply(subject, edits))


def _apply(subject: Subject, edits: Edits) -> Run:
    run, changes = subject.run, []
    for layer, kept in edits.of_layers.items():
        changes.append(units.all_but(run, layer, _order(subject, layer, kept.which)[: kept.number]))
    for unit, tuning in edits.of_units.items():
        of_one = unit.layer, (unit.number,)
        if tuning.shift:
            changes.append(Edit("shift", *of_one, tuning.shift))
        if tuning.scale != 1:
            changes.append(Edit("scale", *of_one, tuning.scale))
        if tuning.off:
            changes.append(Edit("off", *of_one))
    return units.edited(run, changes)


def _order(subject: Subject, layer: int, which: str) -> np.ndarray:
    """The units of a layer, those to be kept first."""
    if which == RANDOM:
        return np.random.default_rng(layer).permutation(subject.run.network.sizes[layer])
    images, _, _ = judged_on(subject)
    return units.rank(subject.run, units.activations(subject.run, images, layer), layer)


def judged_on(subject: Subject) -> tuple[np.ndarray, np.ndarray, str]:
    """Images, labels and the part's letter: validation digits, or training digits without them."""
    letter, number = digit.first(subject)[0], min(MOST_IMAGES, affordable(subject.run, WORK))
    images, labels = digit.images(subject, letter)
    return np.asarray(images[:number]), np.asarray(labels[:number]), letter


def controls(subject: Subject, unit: Unit) -> None:
    """Switch the unit off, shift its bias, scale its weights; keep only some of its layer on."""
    edits, hidden = current(), unit.layer < len(subject.run.network.sizes) - 1
    tuning = edits.of_units.get(unit, Tuning())
    suffix = f"{unit}.{edits.round}"
    keys = [f"look.{name}.{suffix}" for name in ("off", "shift", "scale")]

    def tune() -> None:
        found = Tuning(
            bool(session.get_control(keys[0], False)),
            float(session.get_control(keys[1], 0.0)),
            float(session.get_control(keys[2], 1.0)),
        )
        edits.of_units.pop(unit, None)
        if found != Tuning():
            edits.of_units[unit] = found

    left, right = st.columns(2, gap="large")
    with left:
        if hidden:
            st.toggle(
                f"Switch unit {unit} off",
                tuning.off,
                key=keys[0],
                on_change=tune,
                help="Sets all weights that leave the unit to 0, so that the next layer no longer "
                "sees it.",
            )
        st.slider(
            "Shift its bias by",
            -MOST_SHIFT,
            MOST_SHIFT,
            tuning.shift,
            0.1,
            key=keys[1],
            on_change=tune,
            help="Adds this to the bias (with batch norm, to beta): the unit fires more or less "
            "easily.",
        )
        st.slider(
            "Multiply its weights by",
            0.0,
            MOST_SCALE,
            tuning.scale,
            0.1,
            key=keys[2],
            on_change=tune,
            help="Multiplies all weights that enter the unit: 0 makes it the same for each "
            f"{fitting('digit', subject.digits.class_names)}, 1 leaves it as it is.",
        )
    if hidden:
        with right:
            _layer_controls(subject, edits, unit.layer)


def _layer_controls(subject: Subject, edits: Edits, layer: int) -> None:
    width = subject.run.network.sizes[layer]
    kept = edits.of_layers.get(layer, Kept(width, STRONGEST))
    keys = [f"look.{name}.{layer}.{edits.round}" for name in ("keep", "which")]

    def keep() -> None:
        found = Kept(int(session.get_control(keys[0], width)), session.get_control(keys[1]))
        edits.of_layers.pop(layer, None)
        if found.number < width:
            edits.of_layers[layer] = found

    def half() -> None:
        session.set_control(keys[0], width // 2)
        keep()

    st.number_input(
        f"Units of layer {layer} that stay on, of {width:,}",
        0,
        width,
        kept.number,
        key=keys[0],
        on_change=keep,
        help="All other units of the layer are switched off.",
    )
    st.segmented_control(
        "Which stay on",
        [STRONGEST, RANDOM],
        default=kept.which,
        required=True,
        key=keys[1],
        on_change=keep,
        help="The strongest have the largest mean activation times the length of the weights that "
        "leave them.",
    )
    st.button(
        "Switch half the layer off", key=f"look.half.{layer}", on_click=half, disabled=width < 2
    )


def show_effect(subject: Subject, chosen: str) -> None:
    """What the edits did to the answers, in digits; each one can be clicked."""
    edits = current()
    if not edits:
        return
    images, labels, letter = judged_on(subject)
    effect = beat.once(
        "look.effect",
        edits.version(),
        lambda: units.effect(subject.run, applied(subject), images, labels),
    )
    thing = fitting("digit", subject.digits.class_names)
    st.markdown(f"**{summary(effect, len(labels), digit.PARTS[letter], thing)}**")
    for name, places in (("Lost", effect.lost), ("Won", effect.won)):
        if len(places):
            _pictures(subject, name, places, effect, letter, chosen)


def summary(effect: Effect, total: int, part: str, thing: str) -> str:
    """The effect in a sentence.

    >>> none = np.array([], int)
    >>> effect = Effect(np.arange(3), np.arange(1), np.arange(5), none, none)
    >>> summary(effect, 600, "validation", "digit")
    '3 lost, 1 won of 600 validation digits; 1 more has another wrong answer.'
    """
    lost, won, changed = (len(places) for places in effect[:3])
    other = changed - lost - won
    text = f"{lost:,} lost, {won:,} won of {total:,} {part} {thing}s"
    if other:
        more = "1 more has another wrong answer" if other == 1 else ""
        text += f"; {more or f'{other:,} more have another wrong answer'}"
    return text + "."


def _pictures(
    subject: Subject, name: str, places: np.ndarray, effect: Effect, letter: str, chosen: str
) -> None:
    images, labels, _ = judged_on(subject)
    names = subject.digits.class_names
    st.caption(f"{name}: {len(places):,}. Click one to look at it.")
    everything = len(places) <= MOST_SHOWN or st.toggle(
        f"Show all {len(places):,}", key=f"look.all.{name.lower()}"
    )
    shown = [
        pictures.Picture(
            f"{letter}{i}",
            images[i],
            f"{names[effect.before[i]]} → {names[effect.after[i]]}",
            f"{digit.PARTS[letter].capitalize()} {fitting('digit', names)} {i:,}, labeled "
            f"{names[labels[i]]}: was {names[effect.before[i]]}, is now {names[effect.after[i]]}",
        )
        for i in map(int, places if everything else places[:MOST_SHOWN])
    ]
    pictures.show(f"look.{name.lower()}", shown, name, chosen)


def banner(subject: Subject) -> None:
    """Say what was changed, that it is a copy, and that leaving drops it; offer to drop it now."""
    edits = current()
    if not edits:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"Below is a copy of the network with {_listed(edits)}. Your network and its run stay "
            "as they are. Leaving this page drops the changes.",
            icon=":material/content_copy:",
            width="stretch",
        )
        st.button("Drop the changes", icon=":material/undo:", key="look.drop", on_click=edits.drop)


def _listed(edits: Edits, most: int = 4) -> str:
    """The edits in words."""
    parts = [f"only {k.number:,} units of layer {n} on" for n, k in edits.of_layers.items()]
    for unit, tuning in edits.of_units.items():
        done = []
        if tuning.off:
            done.append("off")
        if tuning.shift:
            done.append(f"bias {tuning.shift:+.1f}".replace("-", "−"))
        if tuning.scale != 1:
            done.append(f"weights × {tuning.scale:.1f}")
        parts.append(f"unit {unit} {listed(done)}")
    more = len(parts) - most
    if more > 0:
        parts = [*parts[:most], counted(more, "more change")]
    return listed(parts)
