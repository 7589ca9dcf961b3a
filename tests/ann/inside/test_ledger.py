"""Shown terms + rest + bias = z, to the last shown digit, whatever the numbers."""

from decimal import Decimal

import numpy as np
import pytest

from ann.inside.ledger import ledger, suitable_decimals


@pytest.mark.parametrize("seed", range(100))
def test_shown_terms_rest_and_bias_make_z(seed):
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.integers(-12, 12)
    terms = (rng.normal(0, scale, rng.integers(1, 900)) * (rng.random() < 0.9)).astype(np.float32)
    terms[rng.random(len(terms)) < 0.3] = 0
    bias = None if seed % 3 == 0 else float(np.float32(rng.normal(0, scale)))
    z = float(terms.sum(dtype=np.float32) + np.float32(bias or 0))
    made = ledger(terms, bias, z, int(rng.integers(0, 12)))
    assert sum(made.shown, Decimal(0)) + made.rest + (made.bias or 0) == made.z
    assert len(made.shown) + made.n_rest + made.n_zero == len(terms)
    numbers = [float(terms.min()), float(terms.max()), bias or 0.0, z]
    unit = Decimal(10) ** -suitable_decimals(numbers)
    for number in (*made.shown, made.rest, made.bias or Decimal(0), made.z):
        assert number % unit == 0  # all are written to the same digit
    for place, number in zip(made.places, made.shown, strict=True):
        assert abs(Decimal(float(terms[place])) - number) <= unit / 2
    assert abs(Decimal(z) - made.z) <= unit / 2
    lost = Decimal(float(np.delete(terms, made.places).sum(dtype=float))) - made.rest
    assert abs(lost) <= unit * (len(made.shown) + 3)


def test_the_strongest_terms_are_shown_and_the_others_counted():
    terms = np.array([0.5, -2.0, 0.0, 0.25, 1.0, -0.125])
    made = ledger(terms, 0.25, -0.125, 2)
    assert made.places == [1, 4]
    assert list(map(str, made.shown)) == ["-2.00", "1.00"]
    assert (made.n_rest, made.n_zero) == (3, 1)
    assert made.share == pytest.approx(3 / 3.875)
    whole = ledger(terms, None, -0.375, 9)
    assert (whole.n_rest, whole.share, whole.bias) == (0, 1.0, None)
    assert abs(whole.rest) <= Decimal("0.03")  # nothing but rounding


def test_nothing_but_zeros_is_a_sum_too():
    made = ledger(np.zeros(3), 0.5, 0.5, 5)
    assert (made.shown, made.n_rest, made.n_zero) == ([], 0, 3)
    assert made.rest == 0 and made.share == 1.0


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_finite_is_refused(bad):
    for terms, bias, z in (([bad], 0.0, 0.0), ([1.0], bad, 0.0), ([1.0], 0.0, bad)):
        with pytest.raises(ValueError, match="not finite"):
            ledger(np.array(terms), bias, z, 1)
