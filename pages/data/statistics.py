"""Numbers about a data set for the Data page, the same for all visitors: counted once."""

from typing import NamedTuple

import numpy as np
import streamlit as st

import data

MOST = 10_000  # digits that are enough for a histogram


class Looks(NamedTuple):
    """What a data set's training digits look like, all together."""

    mean_digits: np.ndarray  # (C, 784) uint8
    levels: np.ndarray  # (256,) how often each gray level occurs, in at most MOST digits
    members: tuple[np.ndarray, ...]  # for each class, the positions of its digits


def looks(dataset: data.Dataset) -> Looks:
    """Means, gray levels and positions of a data set's training digits."""
    return _looks(dataset.fingerprint, dataset)


@st.cache_resource(max_entries=8, show_spinner=False)
def _looks(fingerprint: str, _dataset: data.Dataset) -> Looks:
    """`fingerprint` is the cache's key; the underscore keeps Streamlit from hashing the digits."""
    images, labels = _dataset.images, _dataset.labels
    members = tuple(np.flatnonzero(labels == c) for c in range(len(_dataset.class_names)))
    means = [images[m].mean(0) if len(m) else np.zeros(images.shape[1]) for m in members]
    levels = np.bincount(images[:MOST].ravel(), minlength=256)
    return Looks(np.round(means).astype(np.uint8), levels, members)
