"""Pictures of numbers with a sign: which color, how strong, and where the lines are."""

import base64
import io
import re

import numpy as np
from PIL import Image

from pages.ui import palette
from pages.ui.inside import signed


def pixels(values, columns):
    text = signed.uri(np.asarray(values, np.float32), columns).partition("base64,")[2]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def test_the_sign_is_the_color_and_the_size_its_strength():
    found = pixels([2.0, -1.0, 0.0, 0.5, -2.0], 3)
    assert found.shape == (2, 3, 4)
    assert found[0, 0].tolist() == [*palette.channels(palette.POSITIVE), 255]
    assert found[0, 1].tolist() == [*palette.channels(palette.NEGATIVE), 128]
    assert found[0, 2, 3] == 0 and found[1, 0, 3] == 64 and found[1, 1, 3] == 255
    assert found[1, 2, 3] == 0  # the last row is not full


def test_nothing_but_zeros_is_an_empty_picture():
    assert not pixels(np.zeros(9), 3)[..., 3].any()


def test_lines_cover_exactly_the_hatched_places():
    hatched = np.random.default_rng(0).random(784) < 0.4
    text = signed.figure(np.zeros(784), 28, "Weights", hatched=hatched)
    covered = np.zeros((28, 28), bool)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", text):
        covered[int(y), int(x) : int(x) + int(length)] = True
    assert np.array_equal(covered.ravel(), hatched)
    assert "<svg" not in signed.figure(np.zeros(784), 28, "Weights", hatched=np.zeros(784, bool))


def test_titles_are_escaped_and_the_scale_has_numbers():
    text = signed.figure(np.array([0.123, -0.5]), 2, "<b>W</b>")
    assert "<b>W" not in text and "&lt;b&gt;W" in text
    assert "−0.5" in text and "+0.5" in text
