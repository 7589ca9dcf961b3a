"""The digits on the map, and what each layer makes of them."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.inside import passes, projection
from ann.run import Run
from ann.version import digest
from pages.ui import digits
from pages.ui.charts.digit_map import Sheet
from pages.ui.inside import digit, drawing
from pages.ui.inside.computed import Key
from pages.ui.inside.subject import Shown, Subject
from pages.ui.words import fitting, percent

MOST = 600
WORK = 3e9  # multiply-adds to pass the digits through the network while the visitor waits
COLUMNS = 25  # of the sheet of pictures
VARIABLE = "--ann-lab-map"
LEAST = 4  # digits that a map needs


class Points(NamedTuple):
    """N digits, and their representations: pixels, each hidden layer, logits."""

    codes: list[str]
    images: np.ndarray  # (N, D) uint8
    labels: np.ndarray  # (N,), -1 for a drawing
    layers: list[np.ndarray]  # each (N, F)
    probabilities: np.ndarray  # (N, C)
    key: Key  # of all this

    @property
    def known(self) -> np.ndarray:
        """Which have a label, (N,) bool."""
        return self.labels >= 0

    @property
    def answers(self) -> np.ndarray:
        """The network's answers, (N,)."""
        answers: np.ndarray = self.probabilities.argmax(axis=1)
        return answers

    @property
    def wrong(self) -> np.ndarray:
        """Which are classified wrong, (N,) bool."""
        wrong: np.ndarray = self.known & (self.answers != self.labels)
        return wrong

    def shared(self, places: np.ndarray) -> np.ndarray:
        """Of each labeled digit's nearest labeled neighbors, the share of its class."""
        return projection.shared_class(places[self.known], self.labels[self.known])


def of(shown: Shown) -> Points:
    """The first validation digits, or training digits if there are none, and the drawing."""
    subject = shown.subject
    part = "v" if len(digit.images(subject, "v")[1]) else "t"
    images, labels = digit.images(subject, part)
    n = min(len(labels), MOST, passes.affordable(subject.run, WORK))
    drawn = drawing.latest()
    fits = drawn is not None and len(drawn) == subject.run.n_features
    key = (
        subject.weights,
        subject.run.fingerprint,
        subject.run.recipe.validation_fraction,
        n,
        digest([drawn]) if drawn is not None and fits else None,
    )
    codes = [f"{part}{i}" for i in range(n)]
    pictures, known = np.asarray(images[:n]), labels[:n].astype(int)
    if drawn is not None and fits:
        codes.append(digit.DRAWING)
        pictures, known = np.vstack([pictures, drawn]), np.append(known, -1)
    layers, probabilities = _layers(key, subject.run, pictures)
    return Points(codes, pictures, known, layers, probabilities, key)


@st.cache_resource(show_spinner=False, max_entries=8)
def _layers(key: Key, _run: Run, _images: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    return [_images, *passes.representations(_run, _images)], _run.predict_proba(_images)


@st.cache_resource(show_spinner=False, max_entries=40)
def principal(key: Key, layer: int, _points: Points) -> tuple[np.ndarray, np.ndarray]:
    """The places (N, 2) by PCA after a layer, and both directions' shares of the variance."""
    return projection.pca(_points.layers[layer])


def tsne_key(points: Points, layer: int) -> Key:
    """What the places by t-SNE after a layer are kept under."""
    return ("t-SNE", layer, *points.key)


def names(run: Run) -> list[str]:
    """What the layers are called: the pixels first, the logits last."""
    hidden = [f"Layer {i}" for i in range(1, len(run.recipe.hidden_sizes) + 1)]
    return ["Pixels", *hidden, "Output"]


def texts(points: Points, subject: Subject) -> list[str]:
    """What is said of each digit when it is pointed at."""
    class_names = subject.digits.class_names
    found = []
    for code, label, answer, p in zip(
        points.codes, points.labels, points.answers, points.probabilities, strict=True
    ):
        said = f"answer {class_names[answer]} ({percent(float(p[answer]))})"
        if label < 0:
            found.append(f"your drawing, {said}")
        else:
            what = f"{digit.PARTS[code[0]]} digit {code[1:]}, labeled {class_names[label]}"
            found.append(f"{fitting(what, class_names)}<br>{said}")
    return found


def sheet(points: Points) -> tuple[Sheet, str]:
    """All pictures as one, and HTML that holds it for the map to show when one is pointed at."""
    side = int(points.images.shape[1] ** 0.5)
    rows = -(-len(points.images) // COLUMNS)
    return Sheet(VARIABLE, COLUMNS, rows), _held(points.key, points, side, rows)


@st.cache_resource(show_spinner=False, max_entries=8)
def _held(key: Key, _points: Points, side: int, rows: int) -> str:
    cells = np.zeros((rows * COLUMNS, side, side), np.uint8)
    cells[: len(_points.images)] = _points.images.reshape(-1, side, side)
    whole = cells.reshape(rows, COLUMNS, side, side).swapaxes(1, 2).reshape(rows * side, -1)
    return f"<style>:root {{ {VARIABLE}: url({digits.png_uri(whole)}); }}</style>"
