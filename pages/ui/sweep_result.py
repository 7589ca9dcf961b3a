"""What a sweep came to, as a few letters in its link: whoever runs it again sees whether it is so.

They stand for the data set and for the weights of all trials, also of those that were given up: a
sweep, halving included, depends on nothing else than its settings, as a race does.
"""

from dataclasses import dataclass

from ann.plan import Plan
from pages.ui import address, session, sweeps
from pages.ui.race_result import FORM, tell


@dataclass
class Expected:
    """The result that a link promised, and the plan that it was promised for."""

    text: str = ""
    plan: Plan | None = None  # None: the one that the page shows first


def arrive() -> None:
    """Take the result out of the address, where a visitor comes by a link, not by a reload."""
    text = address.arriving("result").get("result")
    if text is None or text == sweeps.result():
        return
    if FORM.fullmatch(text):
        expected = session.keep(Expected)
        expected.text, expected.plan = text, None
    else:
        address.unusable(f"result: {text[:50]!r} is not the result of a sweep")


def check(plan: Plan) -> None:
    """Put the result of a sweep of this plan into the address; compare it with the link's."""
    expected = session.keep(Expected)
    if expected.text and expected.plan is None:
        expected.plan = plan
    promised = expected.text if expected.plan == plan else ""
    own = sweeps.result() if sweeps.desk().plan == plan else ""
    address.show(result=promised or own or None)
    if promised and own:
        tell(promised, own)
