"""The signature of a result: equal for equal results, and where it differs it tells why."""

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.recipes.query import to_query
from ann.recipes.signature import Signature, sign
from ann.version import digest

WEIGHTS = [np.arange(5, dtype=np.float32)]
SETTINGS = [to_query(Recipe(dropout=0.5))]
OWN = sign("data", SETTINGS, digest(WEIGHTS))


def test_a_signature_comes_back_from_its_text():
    assert Signature.read(str(OWN)) == OWN
    assert [len(part) for part in OWN] == [8, 6, 6, 12]


@pytest.mark.parametrize("text", ["", "x", str(OWN).upper(), str(OWN) + "\n", str(OWN)[1:]])
def test_anything_but_a_signature_is_refused(text):
    with pytest.raises(ValueError, match="result: "):
        Signature.read(text)


def test_equal_results_have_equal_signatures_and_the_last_bit_of_a_weight_counts():
    assert sign("data", SETTINGS, digest(WEIGHTS)) == OWN
    moved = [np.nextafter(WEIGHTS[0], np.float32(9))]
    assert sign("data", SETTINGS, digest(moved)).weights != OWN.weights
    assert sign("data", SETTINGS, digest(moved)).reasons(OWN) == []


def test_two_signatures_tell_how_their_results_differ():
    assert sign("other", SETTINGS, "").reasons(OWN) == ["another data set"]
    assert sign("data", [{}], "").reasons(OWN) == ["other settings"]
    (reason,) = sign("data", SETTINGS, "", "an earlier version").reasons(OWN)
    assert reason.startswith("another version of the lab or of NumPy")
    assert len(sign("other", [{}], "", "earlier").reasons(OWN)) == 3


def test_the_order_of_a_links_parameters_does_not_matter():
    one = {"dropout": "0.5", "epochs": "3"}
    assert sign("data", [one], "") == sign("data", [dict(reversed(one.items()))], "")
