"""Codes, names, settings and posts: what the lab makes, and what it makes of anything else."""

import json
import math
import random

import numpy as np
import pytest

from ann.classroom import names, post
from ann.classroom.codes import ALPHABET, LENGTH, clean_code, new_code
from ann.classroom.post import RunPost
from ann.classroom.settings import Settings
from ann.recipe import FIELDS, Recipe
from tests.ann.keeping.trained import RUN, SPLIT

WILD = [
    None,
    True,
    -1,
    0,
    7,
    1e400,
    1e300,
    "",
    "x" * 500,
    "frozen",
    [],
    {},
    [[]],
    [1, "a"],
    {"a": 1},
]


def test_codes_are_short_and_have_no_letters_that_look_alike():
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) > 990 and all(clean_code(code) == code for code in codes)
    assert not set("01OIL") & set(ALPHABET) and LENGTH == 5


def test_names_are_short_and_there_are_enough_for_the_largest_class():
    assert len(names.ADJECTIVES) * len(names.ANIMALS) >= 3_000
    for words in (names.ADJECTIVES, names.ANIMALS):
        assert len(set(words)) == len(words) and max(map(len, words)) <= 9


def test_when_all_names_are_taken_it_says_so():
    taken = {f"{a} {b}" for a in names.ADJECTIVES for b in names.ANIMALS}
    with pytest.raises(ValueError, match=r"names: all 3,\d\d\d are taken"):
        names.new_name(taken)


def test_settings_survive_and_whatever_is_forged_gets_its_default():
    chosen = Settings(("a",), ("dropout",), True, "a", "b", True, True, 1.5, True)
    assert Settings.from_json(chosen.to_json()) == chosen
    rng = random.Random(1)
    kinds = {name: type(value) for name, value in vars(Settings()).items()}
    for _ in range(2_000):
        forged = {name: rng.choice(WILD) for name in rng.sample(list(kinds), 4)}
        read = Settings.from_json(json.dumps(forged))
        assert {name: type(value) for name, value in vars(read).items()} == kinds
        assert set(read.controls) <= FIELDS.keys() and math.isfinite(read.test_opened)


def test_a_post_holds_the_curve_the_score_and_the_mistakes_but_no_weights():
    made = RunPost.of(RUN, 3, SPLIT.validation_y)
    assert (made.number, made.recipe, made.fingerprint) == (3, RUN.recipe, RUN.fingerprint)
    accuracies = RUN.history.epochs["validation_accuracy"]
    assert made.validation_accuracy == accuracies[-1] == made.curve[-1][2]
    assert made.epochs == len(made.curve) == 3
    wrong = made.wrong_digits(20)
    assert wrong.sum() == round(20 * (1 - made.validation_accuracy))
    assert (wrong == (RUN.history.answers != SPLIT.validation_y)).all()
    assert np.array(made.confusion).sum() == 20
    assert RunPost.from_json(made.to_json()) == made
    assert len(made.to_json()) < 3_000 < RUN.theta.nbytes * 20


def test_the_curve_of_a_long_training_is_thinned_and_keeps_its_end():
    rows = [(float(k), 1.0, 0.5) for k in range(1, 1_235)]
    thinned = post._thinned(rows)
    assert len(thinned) <= post.MOST_POINTS and thinned[-1] == rows[-1]


def test_ten_thousand_forged_posts_are_read_as_posts_or_not_at_all():
    good = json.loads(RunPost.of(RUN, 3, SPLIT.validation_y).to_json())
    text, rng = json.dumps(good), random.Random(2)
    for k in range(10_000):
        if k % 2:
            forged = json.dumps(good | {rng.choice(list(good)): rng.choice(WILD)})
        else:
            at = rng.randrange(len(text))
            forged = text[:at] + rng.choice('"{}[]:,x9-e\\') + text[at + rng.randrange(3) :]
        found = RunPost.from_json(forged)
        if found is None:
            continue
        assert isinstance(found.recipe, Recipe) and found.number > 0
        assert len(found.curve) <= post.MOST_POINTS + 1
        assert all(len(row) == len(found.confusion) for row in found.confusion)
        assert found.wrong_digits(20).shape == (20,)
        assert isinstance(found.finding, str) and isinstance(found.validation_accuracy, float)
        RunPost.from_json(found.to_json())
