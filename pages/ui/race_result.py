"""What a race came to, as a few letters in its link: whoever runs it again sees whether it is so.

The same settings, data set and version give the same weights bit for bit on the same kind of
machine. The letters stand for the data set and for the final weights of all lanes.
"""

import hashlib
import re
from dataclasses import dataclass

import streamlit as st

from ann.recipe import Recipe
from pages.ui import address, race, screen, session

FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{12}")


@dataclass
class Expected:
    """The result that a link promised, and the settings that it was promised for."""

    text: str = ""
    recipes: list[Recipe] | None = None  # None: those that the page shows first


def arrive() -> None:
    """Take the result out of the address, where a visitor without a race comes by a link."""
    text = address.arriving("result").get("result")
    if text is None or race.status() != "none":
        return
    if FORM.fullmatch(text):
        session.keep(Expected).text, session.keep(Expected).recipes = text, None
    else:
        address.unusable(f"result: {text[:50]!r} is not the result of a race")


def check(recipes: list[Recipe]) -> None:
    """Put the result of a race of `recipes` into the address, and compare it with the link's."""
    expected = session.keep(Expected)
    if expected.text and expected.recipes is None:
        expected.recipes = recipes
    promised = expected.text if expected.recipes == recipes else ""
    own = _result() if recipes == [lane.recipe for lane in race.race().lanes] else ""
    address.show(result=promised or own or None)
    if promised and own:
        tell(promised, own)


def tell(promised: str, own: str) -> None:
    """Say whether the result is what the link promised."""
    if promised == own:
        st.success("The same result as in the link, bit for bit.", icon=":material/verified:")
        return
    why = "another version of the lab or of NumPy, or another kind of machine"
    if promised.partition("-")[0] != own.partition("-")[0]:
        why = "another data set"
    st.warning(
        f"Not quite the result of the link: it came from {why}.", icon=":material/difference:"
    )


def _result() -> str:
    """The present race's result; empty as long as a lane has not come to its own end."""
    lanes = race.race().lanes
    if race.status() != "finished" or not all(lane.job.view().state.reason for lane in lanes):
        return ""

    def make() -> str:
        digest = hashlib.sha256()
        for lane in lanes:
            digest.update(lane.job.run().theta.tobytes())
        return f"{race.race().digits.fingerprint[:8]}-{digest.hexdigest()[:12]}"

    return screen.once("race.result", [id(lane.job) for lane in lanes], make)
