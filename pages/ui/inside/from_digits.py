"""The way from a digit on any page to Look, which shows what the network computes for it.

A digit with a query, such as "digit=v123", has a link to Look among its numbers (see
`pages.ui.pixel_numbers`). A link loads the whole lab anew, which takes seconds. So a click on it
sends the query to the server, which goes to Look within the visitor's session. In a new tab, and
where the server is not listening yet, it is a plain link.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from pages.ui import site
from pages.ui.inside import digit
from pages.ui.inside.place import SETTINGS
from pages.ui.server import workers

NAME, KEY, LOOK = "ann_lab_look", "from-digits", "look"
LONGEST = 60  # characters of a query
SCRIPT = """export default ({ setTriggerValue }) => {
  const look = (query) => setTriggerValue("query", query)
  window.annLabLook = look
  return () => window.annLabLook === look && delete window.annLabLook
}"""
HIDDEN = f"<style>.st-key-{KEY} {{ position: absolute; visibility: hidden; }}</style>"


def validation(indices: Iterable[int]) -> list[str]:
    """The queries for validation digits of the network that is shown.

    >>> validation([123])
    ['digit=v123']
    """
    return [query(digit.code("validation", int(index))) for index in indices]


def query(code: str, *, of_settings: bool = False) -> str:
    """The query for a digit: of the network that is shown, or of the one the settings give.

    >>> query("t5", of_settings=True)
    'digit=t5&run=settings'
    """
    return urlencode({"digit": code} | ({"run": SETTINGS} if of_settings else {}))


def listen() -> None:
    """Go to Look when a digit's link is clicked; call it at the end of a page that has some."""
    st.html(HIDDEN)
    with st.container(key=KEY):
        workers.fragment(_go)()


def _go() -> None:
    component = st.components.v2.component(NAME, js=SCRIPT)
    clicked = read(component(key=f"{KEY}.query", on_query_change=lambda: None).query)
    if clicked:
        st.switch_page(site.path(LOOK), query_params=clicked)


def read(sent: object) -> dict[str, str] | None:
    """The query that a browser sent, or None; a forged message can contain anything.

    Look checks its values, as it does those in any address.

    >>> read("digit=v123"), read("digit=v123&page=9"), read(None)
    ({'digit': 'v123'}, None, None)
    """
    if not isinstance(sent, str) or len(sent) > LONGEST:
        return None
    found = dict(parse_qsl(sent))
    return found if "digit" in found and found.keys() <= {"digit", "run"} else None
