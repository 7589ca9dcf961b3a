"""People's pen strokes: with a writer's own digits a network reads more of those kept aside."""

import json

import numpy as np
import pytest

import data
from ann.history import History
from ann.run import Run
from ann.running.pool import process_executor
from ann.state import Split, start
from ann.train import train
from data.writing.drawing import to_mnist
from data.writing.writers import Writer, added
from pages.ui.networks import quick
from tests import pen
from tests.data.writing.test_pen import DRAWINGS

NOISE = 0.02  # of accuracy on 400 validation digits, from one training to the next

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DRAWINGS.exists(), reason="needs ../shared/pen"),
]


def writers():
    """Both writers; every second digit of each class is kept aside."""
    drawn = json.loads(DRAWINGS.read_text(encoding="utf-8"))
    for user in sorted({one["user"] for one in drawn}):
        own = [one for one in drawn if one["user"] == user]
        pictures = [to_mnist(pen.render(one["strokes"])) * 255 for one in own]
        labels = np.array([one["digit"] for one in own], np.uint8)
        aside = np.zeros(len(own), bool)
        for digit in range(10):
            aside[np.flatnonzero(labels == digit)[1::2]] = True
        images = np.rint(pictures).astype(np.uint8).reshape(len(own), -1)
        yield Writer(str(user), images, labels, aside)


def trained(split, recipe):
    split = Split(*split)
    state = start(recipe, split, 10)
    for _ in train(state, split):
        pass
    return Run.of(state, History())


def accuracy(run, images, labels):
    return float((run.predict_proba(images).argmax(axis=1) == labels).mean())


def test_a_writers_own_digits_help_with_those_kept_aside_and_cost_nothing_elsewhere():
    digits = data.load(data.DEFAULT)
    recipe = quick.recipe(len(digits.labels))
    base = digits.split(recipe.validation_fraction)
    known = list(writers())
    with process_executor() as pool:
        splits = [base, *(added(base, writer) for writer in known)]
        without, *runs = pool.map(trained, splits, [recipe] * len(splits))
    for writer, run in zip(known, runs, strict=True):
        aside = writer.half(aside=True)
        assert accuracy(run, *aside) > accuracy(without, *aside)
        assert accuracy(run, *aside) > 0.95
        held_out = base.validation_images, base.validation_labels
        assert accuracy(run, *held_out) > accuracy(without, *held_out) - NOISE
