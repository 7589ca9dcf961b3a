"""Statistics of a data set for the Data page: the same for all visitors, so computed once."""

from typing import NamedTuple

import numpy as np
import streamlit as st

import data

MOST = 10_000  # digits in the histogram of gray levels; more would not change its shape


class Statistics(NamedTuple):
    """The training digits of a data set, summed up."""

    mean_digits: np.ndarray  # (C, 784) uint8
    levels: np.ndarray  # (256,) how often each gray level occurs in the first MOST digits
    members: tuple[np.ndarray, ...]  # for each class, the positions of its digits


def statistics(dataset: data.Dataset) -> Statistics:
    """The statistics of a data set's training digits."""
    return _statistics(dataset.fingerprint, dataset)


@st.cache_resource(max_entries=8, show_spinner=False)
def _statistics(fingerprint: str, _dataset: data.Dataset) -> Statistics:
    """`fingerprint` is the cache's key; the underscore keeps Streamlit from hashing the digits."""
    images, labels = _dataset.images, _dataset.labels
    members = tuple(np.flatnonzero(labels == c) for c in range(len(_dataset.class_names)))
    means = [images[m].mean(0) if len(m) else np.zeros(images.shape[1]) for m in members]
    levels = np.bincount(images[:MOST].ravel(), minlength=256)
    return Statistics(np.round(means).astype(np.uint8), levels, members)
