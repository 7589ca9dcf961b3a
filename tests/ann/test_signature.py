"""The mark of a result: the same for the same, and where it differs it tells why."""

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.recipes.query import to_query
from ann.signature import Signature, digest, mark, version

WEIGHTS = [np.arange(5, dtype=np.float32)]
SETTINGS = [to_query(Recipe(dropout=0.5))]
OWN = mark("data", SETTINGS, digest(WEIGHTS))


def test_a_mark_comes_back_from_its_text():
    assert Signature.read(str(OWN)) == OWN
    assert [len(part) for part in OWN] == [8, 6, 6, 12]


@pytest.mark.parametrize("text", ["", "x", str(OWN).upper(), str(OWN) + "\n", str(OWN)[1:]])
def test_what_is_no_mark_is_refused(text):
    with pytest.raises(ValueError, match="result: "):
        Signature.read(text)


def test_the_same_has_the_same_mark_and_the_last_bit_of_a_weight_makes_another():
    assert mark("data", SETTINGS, digest(WEIGHTS)) == OWN
    moved = [np.nextafter(WEIGHTS[0], np.float32(9))]
    assert mark("data", SETTINGS, digest(moved)).weights != OWN.weights
    assert mark("data", SETTINGS, digest(moved)).reasons(OWN) == []


def test_two_marks_tell_in_what_their_results_differ():
    assert mark("other", SETTINGS, "").reasons(OWN) == ["another data set"]
    assert mark("data", [{}], "").reasons(OWN) == ["other settings"]
    (reason,) = mark("data", SETTINGS, "", "an earlier version").reasons(OWN)
    assert reason.startswith("another version of the lab or of NumPy")
    assert len(mark("other", [{}], "", "earlier").reasons(OWN)) == 3


def test_the_order_of_a_links_parameters_says_nothing():
    one = {"dropout": "0.5", "epochs": "3"}
    assert mark("data", [one], "") == mark("data", [dict(reversed(one.items()))], "")


def test_the_version_names_numpy_and_the_system():
    assert np.__version__ in version() and version() == version()
