"""The training digits nearest to the digit: by its pixels, and by what the network makes of it."""

import numpy as np
import streamlit as st

from ann.inside import passes, why
from ann.run import Run
from pages.ui import words
from pages.ui.inside import pictures
from pages.ui.inside.pictures import Picture
from pages.ui.inside.subject import Digit, Shown, Subject
from pages.ui.server import workers
from pages.ui.words import fitting, plain

COUNT = 8  # neighbors
MOST = 5_000  # training digits that are searched
WORK = 4e9  # multiply-adds to pass them through the network once


@workers.fragment
def show(shown: Shown) -> None:
    """Two rows of neighbors, with labels and distances; a click chooses one in the bar."""
    pictures.rerun_if_clicked()
    subject, digit = shown
    run, names = subject.run, subject.digits.class_names
    images, labels = _searched(subject)
    activations = _activations(subject.weights, run.fingerprint, len(images), run, images)
    own = passes.last_activations(run, digit.image[None])[0]
    rows = [("pixels", "By their pixels", np.asarray(images), digit.image)]
    if run.recipe.hidden_sizes:
        title = f"By the activations of the last hidden layer ({len(own):,} numbers)"
        rows.append(("activations", title, activations, own))
    for key, title, samples, x in rows:
        found, distances = why.nearest(samples, x, COUNT + 1)
        kept = different(images[found], digit)[:COUNT]
        found, distances = found[kept], distances[kept]
        st.markdown(f"**{title}:** {_agreement(labels[found], names)}")
        shown_there = [
            Picture(
                f"t{i}",
                np.asarray(images[i]),
                f"{names[labels[i]]}: {words.figures(float(distance))}",
                fitting(f"Training digit {i:,}, labeled {names[labels[i]]}", names),
            )
            for i, distance in zip(found, distances, strict=True)
        ]
        pictures.show(f"why.{key}", shown_there, title)
    st.caption(
        fitting(
            f"Among the first {len(images):,} training digits, the nearest first. Below each: its "
            "label and its Euclidean distance. Click one to look at it.",
            names,
        )
    )


def different(images: np.ndarray, digit: Digit) -> list[int]:
    """Positions among images (N, D), each picture once: a data set may hold copies of a digit.

    The digit itself may be among them if it is a training digit; it is left out.
    """
    seen = {digit.image.tobytes()} if digit.code.startswith("t") else set()
    kept = []
    for k, image in enumerate(images):
        if image.tobytes() not in seen:
            seen.add(image.tobytes())
            kept.append(k)
    return kept


def _searched(subject: Subject) -> tuple[np.ndarray, np.ndarray]:
    split = subject.digits.split(subject.run.recipe.validation_fraction)
    n = min(len(split.train_labels), MOST, passes.affordable(subject.run, WORK))
    return split.train_images[:n], split.train_labels[:n]


@st.cache_resource(show_spinner=False, max_entries=8)
def _activations(
    weights: str, fingerprint: str, n: int, _run: Run, _images: np.ndarray
) -> np.ndarray:
    """The last hidden layer's activations (n, width) for the first n training digits."""
    return passes.last_activations(_run, np.asarray(_images))


def _agreement(labels: np.ndarray, names: tuple[str, ...]) -> str:
    """How many of the neighbors have the most frequent label."""
    if not len(labels):
        return "none"
    counts = np.bincount(labels)
    most = int(counts.argmax())
    return f"{counts[most]} of {len(labels)} are labeled {plain(names[most])}."
