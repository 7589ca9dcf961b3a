"""A sum as a learner can check it: the strongest terms, the rest, the bias, and what they make.

All numbers are rounded to the same last digit, and the rounded ones add up: what is lost by
rounding goes into the rest. So the numbers on the page can be added with pen and paper.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from math import floor, isfinite, log10
from typing import NamedTuple

import numpy as np

from ann.inside.look import strongest

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)  # no float32 needs more digits than that
DECIMALS = 2  # of numbers of everyday size
DIGITS = 3  # of the largest number, if all are small
MOST_DIGITS = 7  # of the largest number, if it is huge: float32 has no more


class Ledger(NamedTuple):
    """Shown terms + rest + bias = z, to the last digit.

    `rest` is what `n_rest` more terms add, and what rounding lost; `n_zero` terms are exactly 0.
    `share` is the part of Σ|term| that is shown. `bias` is None if there is none. All numbers have
    the same `decimals`, negative if they are rounded to tens, hundreds and so on.
    """

    places: list[int]  # of the shown terms, the strongest first
    shown: list[Decimal]
    rest: Decimal
    n_rest: int
    n_zero: int
    bias: Decimal | None
    z: Decimal
    share: float
    decimals: int


def ledger(
    terms: np.ndarray, bias: float | None, z: float, n: int, decimals: int | None = None
) -> Ledger:
    """The `n` strongest terms (M,) of a sum, the rest, the bias, and z, all rounded alike.

    `decimals` of the numbers are by default those that suit the largest one. `ValueError` if a
    number is not finite.

    >>> made = ledger(np.array([0.304, -1.004, 0.0, 0.113]), 0.25, -0.337, 2)
    >>> [str(t) for t in made.shown], str(made.rest), made.n_rest, str(made.bias), str(made.z)
    (['-1.00', '0.30'], '0.11', 1, '0.25', '-0.34')
    """
    numbers = [*(float(t) for t in (terms.min(), terms.max())), bias or 0.0, z]
    if not all(map(isfinite, numbers)):
        raise ValueError("terms, bias or z: not finite, so they cannot be added up")
    digits = suitable_decimals(numbers) if decimals is None else decimals
    places = [int(i) for i in strongest(terms, n) if terms[i]]
    shown = [rounded(float(terms[i]), digits) for i in places]
    by, total = None if bias is None else rounded(bias, digits), rounded(z, digits)
    with localcontext(EXACT):
        rest = total - sum(shown, by or Decimal(0))
    n_zero = int(np.count_nonzero(terms == 0))
    sizes = np.abs(terms.astype(np.float64))
    whole = float(sizes.sum())
    share = float(sizes[places].sum()) / whole if whole else 1.0
    n_rest = len(terms) - n_zero - len(places)
    return Ledger(places, shown, rest, n_rest, n_zero, by, total, share, digits)


def suitable_decimals(numbers: list[float]) -> int:
    """After how many decimals to round numbers that are shown together; negative for huge ones.

    >>> [suitable_decimals([size]) for size in (0.0, 0.00123, 0.5, 12.0, 99_999.0, 3e9)]
    [2, 5, 3, 2, 2, -3]
    """
    largest = max(map(abs, numbers))
    if not largest:
        return DECIMALS
    exponent = floor(log10(largest))
    if exponent < 0:
        return DIGITS - 1 - exponent
    return min(DECIMALS, MOST_DIGITS - 1 - exponent)


def rounded(number: float, decimals: int) -> Decimal:
    """A number to its last shown digit, exactly; 0 never has a minus sign.

    >>> str(rounded(-0.001, 2)), str(rounded(1234.5, -2)), f"{rounded(1234.5, -2):,f}"
    ('0.00', '1200', '1,200')
    """
    cut = Decimal(number).quantize(Decimal(1).scaleb(-decimals), context=EXACT)
    return EXACT.add(cut, Decimal(0))
