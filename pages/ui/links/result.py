"""A link may promise a result: whoever trains by it is told whether it came to the same.

A race, a sweep and a single training have such links; `ann.signature` makes the letters.
"""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ann.signature import Signature
from pages.ui import session
from pages.ui.links import address


@dataclass
class Promise:
    """The result that a link promised, and the settings that it was promised for."""

    mark: Signature
    settings: Any = None  # None: those that the page shows first


@dataclass
class Promises:
    """A visitor's, one for each kind of result."""

    made: dict[str, Promise] = field(default_factory=dict)


def arrive(kind: str, own: Signature | None = None) -> None:
    """Take the result of a `kind` of training out of the address, where a link brought it.

    The visitor's `own` result, after a reload, is no promise.
    """
    text = address.arriving("result").get("result")
    if text is None or text == str(own):
        return
    try:
        session.keep(Promises).made[kind] = Promise(Signature.read(text))
    except ValueError:
        address.unusable(f"result: {text[:50]!r} is not the result of a {kind}")


def promised(kind: str, settings: Any) -> Signature | None:
    """The result that was promised for these settings; the first that ask are those of the link."""
    promise = session.keep(Promises).made.get(kind)
    if promise is None:
        return None
    if promise.settings is None:
        promise.settings = settings
    return promise.mark if promise.settings == settings else None


def settings(kind: str) -> Any:
    """The settings that a result was promised for; None without a promise."""
    promise = session.keep(Promises).made.get(kind)
    return promise and promise.settings


def check(kind: str, settings: Any, own: Signature | None) -> None:
    """Put the result that these settings came to into the address; compare it with the link's."""
    expected = promised(kind, settings)
    shown = expected or own
    address.show(result=str(shown) if shown else None)
    if expected and own:
        tell(expected, own)


def tell(expected: Signature, own: Signature) -> None:
    """Say whether a result is what the link promised, and if not, why it may not be."""
    if expected.weights == own.weights and expected.data == own.data:
        st.success("The same result as in the link, bit for bit.", icon=":material/verified:")
        return
    reasons = " and ".join(expected.reasons(own))
    why = f"it came from {reasons}"
    if not reasons:
        why = (
            "data set, settings and version are the same, so it came from another kind of "
            "processor or number of threads, or the link was altered"
        )
    st.warning(f"Not quite the result of the link: {why}.", icon=":material/difference:")
