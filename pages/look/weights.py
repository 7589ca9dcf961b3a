"""A unit's weights as pictures: what training changed, what they are, what they make of a digit."""

import html
from math import isqrt

import numpy as np
import streamlit as st

from ann.augment import augments
from ann.inside.look import Change, Look, Unit, dark_pixels, most_changed, terms
from ann.network import Network
from ann.recipe import Recipe
from ann.run import Run
from ann.state import initial_theta
from pages.look import mosaics
from pages.look.names import Names
from pages.ui.inside import digit, signed
from pages.ui.inside.numbers import three, with_sign
from pages.ui.inside.subject import Subject
from pages.ui.live import beat
from pages.ui.words import fitting, percent

MOST_KEPT = 4_000_000  # parameters of a start that is kept in memory


def pictures(
    subject: Subject, run: Run, seen: Look, unit: Unit, names: Names, change: Change
) -> str:
    """HTML: what training changed, the weights, and the evidence, in the form of the inputs."""
    first = unit.layer == 1
    columns = form(unit, names, len(change.after))["columns"]
    dark = _dark(subject) if first else None
    found, value = terms(run, seen, unit), "pixel" if first else "activation"
    at = int(abs(change.change).argmax())
    source = names.of(Unit(unit.layer - 1, at))
    size = 168 if len(change.after) > 64 else 112
    drawn = "".join(
        signed.figure(values, columns, title, size=size, hatched=dark)
        for values, title in (
            (change.change, "What training changed: W − W₀"),
            (found.weights, "Weights: W"),
            (found.products, f"Evidence here: W · {value}"),
        )
    )
    hatched = "" if dark is None or not dark.any() else _hatched(run, names)
    share = (
        "" if np.isnan(change.share) else f", {percent(change.share)} as long as the random start"
    )
    return (
        f"<h3>The weights of {html.escape(names.within(unit))}</h3>"
        f'<div class="signed-row">{drawn}</div>'
        f"<p>Blue is above 0, orange below.{hatched} Training changed the weight from "
        f"{html.escape(source)} most: {three(float(change.before[at]))} → "
        f"{three(float(change.after[at]))} ({with_sign(float(change.change[at]))}). The whole "
        f"change is {three(float(np.linalg.norm(change.change)))} long{share}.</p>"
    )


def form(unit: Unit, names: Names, count: int) -> dict[str, int]:
    """How a unit's weights are laid out: in the form of the image, or of the mosaic before it."""
    columns = names.side if unit.layer == 1 and names.side else mosaics.columns(count)
    return {"layer": unit.layer - 1, "columns": columns, "rows": -(-count // columns)}


def most_changed_line(run: Run, start: np.ndarray, names: Names) -> str:
    """The weight of the whole network that training moved furthest, in a sentence."""
    one = most_changed(run, 1, start)[0]
    source = names.of(Unit(one.unit.layer - 1, one.source))
    return (
        f"Of all weights, training changed the one from {source} to "
        f"{names.within(one.unit)} most: {three(one.before)} → {three(one.after)} "
        f"({with_sign(one.after - one.before)})."
    )


def start_of(run: Run) -> np.ndarray:
    """The initial theta (P,), which every run with this seed and shape shares."""
    if run.parameters > MOST_KEPT:
        return initial_theta(run.recipe, run.network)
    recipe = run.recipe
    return _kept_start(recipe, run.n_features, run.n_classes)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept_start(recipe: Recipe, n_features: int, n_classes: int) -> np.ndarray:
    theta = initial_theta(recipe, Network.of(recipe, n_features, n_classes))
    theta.flags.writeable = False
    return theta


def _hatched(run: Run, names: Names) -> str:
    things = fitting("digits", names.classes)
    text = f" Hatched: pixels that are dark in all training {things}"
    stays = run.scaling.shift == 0 and not augments(run.recipe)
    return f"{text}, so that none of them moves these weights." if stays else f"{text}."


def _dark(subject: Subject) -> np.ndarray:
    images, labels = digit.images(subject, "t")
    number = subject.run.recipe.training_size(len(labels))
    version = (subject.run.fingerprint, subject.run.recipe.validation_fraction, number)
    return beat.once("look.dark", version, lambda: dark_pixels(images[:number]))


def side(n_features: int) -> int | None:
    side = isqrt(n_features)
    return side if side * side == n_features else None
