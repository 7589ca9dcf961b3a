"""A link may contain a result: anyone who trains with its settings can check it.

Races, sweeps and single trainings have such links; `ann.recipes.signature` spells the result.
"""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ann.recipes.signature import Signature
from pages.ui import session
from pages.ui.links import address


@dataclass
class Expected:
    """The result that a link contains, and the settings it belongs to."""

    result: Signature
    settings: Any = None  # None until the page shows the link's settings for the first time


@dataclass
class ExpectedResults:
    """A visitor's expected results, one for each kind of training."""

    by_kind: dict[str, Expected] = field(default_factory=dict)


def arrive(kind: str, own: Signature | None = None, settings: Any = None) -> None:
    """Take the result of a `kind` of training from the address, if a link brought it.

    After a reload, the visitor's `own` result may be in the address: that is not expected again.
    Without `settings`, it belongs to the first ones that are checked.
    """
    text = address.arriving("result").get("result")
    if text is None or text == str(own):
        return
    try:
        session.keep(ExpectedResults).by_kind[kind] = Expected(Signature.read(text), settings)
    except ValueError:
        address.unusable(f"result: {text[:50]!r} is not the result of a {kind}")


def settings(kind: str) -> Any:
    """The settings that an expected result belongs to; None if no result is expected."""
    expected = session.keep(ExpectedResults).by_kind.get(kind)
    return expected.settings if expected else None


def check(kind: str, settings: Any, own: Signature | None) -> None:
    """Show the result of these settings in the address, and compare `own` with the link's."""
    expected = _expected(kind, settings)
    shown = expected or own
    address.show(result=str(shown) if shown else None)
    if expected and own:
        _compare(expected, own)


def _expected(kind: str, settings: Any) -> Signature | None:
    """The result that is expected of these settings. The first that ask are those of the link."""
    expected = session.keep(ExpectedResults).by_kind.get(kind)
    if expected is None:
        return None
    if expected.settings is None:
        expected.settings = settings
    return expected.result if expected.settings == settings else None


def _compare(expected: Signature, own: Signature) -> None:
    """Say whether a result is the one in the link; if not, what the reason may be."""
    if expected.weights == own.weights and expected.data == own.data:
        st.success("The same result as in the link, bit for bit.", icon=":material/verified:")
        return
    reasons = " and ".join(expected.reasons(own))
    why = f"The link's result comes from {reasons}."
    if not reasons:
        why = (
            "Data set, settings and version are the same. So it comes from another kind of "
            "processor or number of threads, or somebody has changed the link."
        )
    st.warning(f"This is not exactly the link's result. {why}", icon=":material/difference:")
