"""Numbers in the texts of a lesson: a measured one is printed as its tested range."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ann.hyperparameters.field import number_text
from ann.lessons.build import PRINTED
from ann.lessons.lesson import Fact


class Style(NamedTuple):
    """How a language writes numbers."""

    between: str = "{low} to {high}"  # of a range
    decimal: str = "."
    thousands: str = ","
    percent: str = "%"  # behind a number


ENGLISH = Style()


def filled(text: str, facts: Mapping[str, Fact], style: Style = ENGLISH) -> str:
    """A text with each `{name}` replaced by that fact's range.

    >>> filled("only {f}", {"f": Fact("f", {}, "validation_accuracy", 8, 12)})
    'only 8 to 12%'
    """

    def printed(found: re.Match[str]) -> str:
        fact = facts.get(found[1])
        return range_of(fact, style) if fact else found[0]

    return PRINTED.sub(printed, text)


def range_of(fact: Fact, style: Style = ENGLISH) -> str:
    """A fact's range with its unit; one number if both ends read the same."""
    low, high = number(fact.low, style), number(fact.high, style)
    both = style.between.replace("{low}", low).replace("{high}", high)
    return with_unit(low if low == high else both, fact.unit, style)


def with_unit(text: str, unit: str, style: Style = ENGLISH) -> str:
    """A number with its unit.

    >>> with_unit("5", "%"), with_unit("5", "neurons"), with_unit("5", "")
    ('5%', '5 neurons', '5')
    """
    return text + (style.percent if unit == "%" else f" {unit}" if unit else "")


def number(value: float, style: Style = ENGLISH) -> str:
    """A number as people write it.

    >>> number(9.0), number(50.5), number(0.44), number(109_386.0)
    ('9', '50.5', '0.44', '109,386')
    >>> number(109_386.5, Style(decimal=",", thousands="."))
    '109.386,5'
    """
    text = number_text(int(value)) if value == int(value) else number_text(round(value, 2))
    signs = {ord("."): style.decimal, ord(","): style.thousands}
    return text.translate(signs)
