"""What the tests of Your handwriting share: the page with a canvas and an archive of its own."""

import numpy as np
import pytest

import data
from ann.keeping.drawings import Medium
from pages.ui.server import stores
from tests.pages.canvas import canvas
from tests.pages.trained import visitor

__all__ = ["canvas"]


@pytest.fixture
def hand(visit, canvas, own_archive):
    """The page, nothing written yet."""
    return visit("handwriting")


def written(app):
    """All drawings of this page's visitor."""
    return stores.drawings().all(visitor(app))


def write(app, each=4, first=0):
    """Let the visitor have written so many of each digit, and show the page."""
    digits = data.load("mnist-5k")
    made = []
    for label in range(10):
        found = np.flatnonzero(digits.test_labels == label)[first : first + each]
        made += [(label, digits.test_images[k].tobytes()) for k in found]
    stores.drawings().add(visitor(app), made, Medium.CANVAS)
    return app.run()
