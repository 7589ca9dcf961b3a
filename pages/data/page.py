"""Data: the digits a network learns from, how they are split and how they are scaled."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import data
from ann.scaling import fit_scaling
from pages.data import choice
from pages.data.statistics import MOST, statistics
from pages.ui import charts, controls, digits, frame, session
from pages.ui.inside import digit, from_digits
from pages.ui.networks import current
from pages.ui.server import workers
from pages.ui.words import fitting

SHOWN = 80


@workers.fragment
def show_digits(dataset: data.Dataset) -> None:
    """Some digits of one class or of all; a click shows others."""
    names = dataset.class_names
    found = statistics(dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Class",
            range(len(names)),
            format_func=lambda c: names[c],
            key="class",
            wrap=True,
            help="Choose one class, or none for a mix of all classes.",
        )
        again = st.button(
            "Show other examples",
            icon=":material/refresh:",
            help="Shows other digits, chosen at random.",
        )
    number = session.turn("draw_number", again)
    pool = np.arange(len(dataset.labels)) if chosen is None else found.members[chosen]
    picked = np.random.default_rng(number).choice(pool, min(SHOWN, len(pool)), replace=False)
    labels = [names[label] for label in dataset.labels[picked]]
    looks = _looks(dataset, picked)
    st.html(digits.strip(dataset.images[picked], titles=labels, size=40, looks=looks))


def _looks(dataset: data.Dataset, picked: np.ndarray) -> list[str]:
    """The queries for these digits on Look: with the visitor's network if it learned from them.

    Else with the network that the settings give.
    """
    run = current.run()
    mine = run is not None and run.fingerprint == dataset.fingerprint
    recipe = run.recipe if run is not None and mine else current.recipe()
    cut = len(dataset.split(recipe.validation_fraction).train_labels)
    codes = [
        digit.code("training", k) if k < cut else digit.code("validation", k - cut)
        for k in map(int, picked)
    ]
    return [from_digits.query(code, of_settings=not mine) for code in codes]


def show_means(dataset: data.Dataset) -> None:
    """The mean training digit of each class."""
    means = statistics(dataset).mean_digits
    st.html(digits.strip(means, list(dataset.class_names), size=72))
    st.caption(
        fitting(
            "The mean of all training digits in each class. Sharp parts look alike in most digits "
            "of the class; blurred parts vary, and make it harder to recognize.",
            dataset.class_names,
        )
    )


def show_split(dataset: data.Dataset, cards: DeltaGenerator) -> None:
    """How the digits are split, as a chart and as cards at the top of the page."""
    recipe = controls.control("validation_fraction", current.recipe())
    current.update_recipe(recipe)
    split, names = dataset.split(recipe.validation_fraction), dataset.class_names
    sets = {
        "training": split.train_labels,
        "validation": split.validation_labels,
        "test": dataset.test_labels,
    }
    with cards:
        for part, y in sets.items():
            label = fitting(f"{part.capitalize()} digits", names)
            st.metric(label, f"{len(y):,}", border=True, width=170)
        st.metric("Classes", len(names), border=True, width=170)
    counts = {part: np.bincount(y, minlength=len(names)) for part, y in sets.items() if len(y)}
    frame.chart(
        charts.class_counts(counts, names),
        "class_counts",
        fitting(
            "The network learns from the training digits only. The validation digits serve to "
            "choose settings, and the test digits are kept for one honest evaluation at the end. "
            "Look for classes of unequal size.",
            names,
        ),
    )


def show_scaling(dataset: data.Dataset) -> None:
    """The scaled gray levels, as the network gets them."""
    recipe = controls.control("scaling", current.recipe())
    current.update_recipe(recipe)
    scaling = fit_scaling(recipe.scaling, dataset.images[:MOST])
    levels = statistics(dataset).levels
    edges = np.linspace(0, 255, 33) * scaling.factor + scaling.shift
    frame.chart(
        charts.pixel_histogram(
            edges, levels.reshape(-1, 8).sum(1), title="Pixel value after scaling"
        ),
        "pixels",
        f"Gray levels from 0 to 255 become {edges[0]:.2f} to {edges[-1]:.2f}. Scaling keeps the "
        "shape and changes the values: look at the axis. Most pixels are background.",
    )


frame.open_page("Data")
lead = st.container()
dataset = choice.choose()
lead.markdown(
    fitting(
        "Each digit is 784 pixel values, in 28 rows of 28. The network sees nothing else. Click "
        "a digit to see its numbers, and from there to look inside a network with it.",
        dataset.class_names,
    )
)
cards = st.container(horizontal=True)  # filled last, because they depend on a slider below
st.header("Examples", anchor=False)
examples = st.container()  # filled last, too: which digits are for validation depends on it
st.header("Mean of each class", anchor=False)
show_means(dataset)
left, right = st.columns(2, gap="large")
with left:
    st.header("Training, validation and test", anchor=False)
    show_split(dataset, cards)
with right:
    st.header("Scaling", anchor=False)
    show_scaling(dataset)
with examples:
    show_digits(dataset)
from_digits.listen()
