"""Data: what the network learns from, which part of it, and how it is scaled."""

import numpy as np
import streamlit as st

import data
from ann.scaling import fit_scaling
from pages.data.statistics import MOST, looks
from pages.ui import charts, controls, digits, frame, session, words
from pages.ui.networks import current
from pages.ui.server import datasets
from pages.ui.words import fitting

SHOWN = 80


def choose() -> data.Dataset:
    """The box with all data sets; one that is not here can be fetched."""
    current = datasets.chosen()
    infos = {info.name: info for info in data.available()}
    names = list(dict.fromkeys([*infos, current.name]))
    session.seed_control("dataset", current.name)
    name = st.selectbox(
        "Data set",
        names,
        key="dataset",
        format_func=lambda n: f"{infos[n].title}: {infos[n].size}" if n in infos else current.title,
        help="What every page uses. Full MNIST has 15 times as many digits as the embedded set: a "
        "network gets better by it, and an epoch takes 15 times as long. With UCI's digits more "
        "people have written: train on each set, and draw a 7 with a bar.",
    )
    if name == current.name:
        st.caption(words.plain(current.source))
        return current
    if infos[name].here:
        session.state().dataset = name
        chosen = datasets.chosen()
        if session.state().dataset != name:  # it can't be opened: the message stands at the top
            session.forget_controls()
            st.rerun()
        return chosen
    fetch(infos[name])
    return current


def fetch(info: data.Info) -> None:
    """An offer to get a data set from the internet; no internet is a message, no more."""
    with st.container(border=True):
        st.markdown(f"**{words.plain(info.title)}** is not on this machine yet. {info.how}")
        if not st.button("Fetch it", icon=":material/download:", type="primary"):
            return
        bar = st.progress(0.0)
        try:
            data.fetch(info.name, lambda done, text: bar.progress(min(done, 1.0), text))
        except data.DataError as error:
            bar.empty()
            st.error(str(error), icon=":material/cloud_off:")
            return
        session.state().dataset = info.name
        session.say(f"{info.title} is here, and in use on every page.", "success")
        st.rerun()


@st.fragment
def show_digits(dataset: data.Dataset) -> None:
    """Some digits of one class or of all, and others on a click."""
    names = dataset.class_names
    members = looks(dataset).members
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Class",
            range(len(names)),
            format_func=lambda c: names[c],
            key="class",
            wrap=True,
            help="Choose one class, or none for a mix of all.",
        )
        again = st.button("Others", icon=":material/refresh:", help="Draw others by lot.")
    number = session.turn("draw_number", again)
    pool = np.arange(len(dataset.labels)) if chosen is None else members[chosen]
    picked = np.random.default_rng(number).choice(pool, min(SHOWN, len(pool)), replace=False)
    labels = [names[label] for label in dataset.labels[picked]]
    st.html(digits.strip(dataset.images[picked], titles=labels, size=40))


def show_means(dataset: data.Dataset) -> None:
    means = looks(dataset).mean_digits
    st.html(digits.strip(means, list(dataset.class_names), size=72))
    st.caption(
        fitting(
            "The mean of all training digits of a class. Look for what is sharp, where all of them "
            "agree, and for what is blurred: there the network has to work.",
            dataset.class_names,
        )
    )


def show_split(dataset: data.Dataset, numbers) -> None:
    """Where each digit goes, as a chart and as the cards at the top of the page."""
    recipe = controls.control("validation_fraction", current.recipe())
    current.update_recipe(recipe)
    split, names = dataset.split(recipe.validation_fraction), dataset.class_names
    sets = {
        "training": split.train_labels,
        "validation": split.validation_labels,
        "test": dataset.test_labels,
    }
    with numbers:
        for part, y in sets.items():
            label = fitting(f"{part.capitalize()} digits", names)
            st.metric(label, f"{len(y):,}", border=True, width=170)
        st.metric("Classes", len(names), border=True, width=170)
    counts = {part: np.bincount(y, minlength=len(names)) for part, y in sets.items() if len(y)}
    frame.chart(
        charts.class_counts(counts, names),
        "class_counts",
        fitting(
            "The network learns from the training digits alone. Settings are judged by the "
            "validation digits, and the test digits are kept for one honest look at the end.",
            names,
        ),
    )


def show_scaling(dataset: data.Dataset) -> None:
    recipe = controls.control("scaling", current.recipe())
    current.update_recipe(recipe)
    scaling = fit_scaling(recipe.scaling, dataset.images[:MOST])
    levels = looks(dataset).levels
    edges = np.linspace(0, 255, 33) * scaling.factor + scaling.shift
    frame.chart(
        charts.pixel_histogram(
            edges, levels.reshape(-1, 8).sum(1), title="What enters the network"
        ),
        "pixels",
        f"Gray levels 0 to 255 become {edges[0]:.2f} to {edges[-1]:.2f}. The shape stays, the "
        "numbers move: look at the axis. Most pixels are empty paper.",
    )


frame.open_page("Data", "All that a network ever sees of a picture is 784 numbers, 28 rows of 28.")
dataset = choose()
numbers = st.container(horizontal=True)  # filled in last: a slider below decides about them
st.subheader("Look at them", anchor=False)
show_digits(dataset)
st.subheader("The mean of each class", anchor=False)
show_means(dataset)
left, right = st.columns(2, gap="large")
with left:
    st.subheader(fitting("Which digits are for what", dataset.class_names), anchor=False)
    show_split(dataset, numbers)
with right:
    st.subheader("How bright they are", anchor=False)
    show_scaling(dataset)
