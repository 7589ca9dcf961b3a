"""The nearest training digits: each once, though a data set may hold copies of a digit."""

import numpy as np
import pytest

from pages.ui.inside.subject import Digit
from pages.why.neighbors import different

IMAGES = np.array([[1, 1], [1, 1], [2, 2], [1, 1], [3, 3], [2, 2]], np.uint8)


@pytest.mark.parametrize(
    ("code", "kept"), [("v0", [0, 2, 4]), ("drawing", [0, 2, 4]), ("t9", [2, 4])]
)
def test_copies_count_once_and_a_training_digit_is_no_neighbor_of_itself(code, kept):
    assert different(IMAGES, Digit(code, IMAGES[0], 1)) == kept
