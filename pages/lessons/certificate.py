"""A learner's certificate: the lessons whose checks are passed, with a code to verify it."""

import html
import time
from functools import partial

import streamlit as st

from ann.lessons import certificate as certificates
from ann.lessons.certificate import MOST_CODE, MOST_NAME, Certificate
from ann.lessons.lesson import Check, Lesson
from pages.ui import words
from pages.ui.lessons import desk, shelf
from pages.ui.server import stores

NAME, CODE = "lessons.certificate.name", "lessons.certificate.code"
STYLE = """
body { font: 13pt/1.5 Georgia, serif; max-width: 40em; margin: 3em auto; padding: 2em 3em;
  border: 3px double #555; color: #000; background: #fff; }
h1 { font-size: 1.9em; margin: 0 0 0.5em; } .name { font-size: 1.5em; }
code { display: block; font-size: 0.7em; overflow-wrap: anywhere; margin-top: 2em; }
@page { margin: 2cm; }
"""


def offer() -> None:
    """Where a lesson is done and its checks are passed: a certificate to download."""
    passed = _passed()
    if not passed:
        return
    with st.expander(shelf.word("certificate"), icon=":material/workspace_premium:"):
        st.markdown(shelf.word("certificate_what", lessons=len(passed)))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                shelf.word("certificate_name"), key=NAME, max_chars=MOST_NAME, width=320
            )
            st.download_button(
                shelf.word("certificate_get"),
                data=partial(_page, _certificate(name.strip(), passed), passed),
                file_name="ann-lab-certificate.html",
                mime="text/html",
                key="lessons.certificate",
                icon=":material/download:",
                on_click="ignore",
                disabled=not name.strip(),
            )


def verify() -> None:
    """A box for a certificate's code, and what the server says of it."""
    text = st.text_input(
        shelf.word("certificate_check"),
        key=CODE,
        max_chars=MOST_CODE,
        help=shelf.word("certificate_check_help"),
    )
    if not text:
        return
    found = certificates.read(text, stores.secret())
    if found is None:
        st.error(shelf.word("certificate_bad"), icon=":material/error:")
        return
    titles = [(lesson.title if (lesson := shelf.lesson(one)) else one) for one in found.lessons]
    st.success(
        shelf.word(
            "certificate_good",
            name=words.plain(found.name),
            date=found.date,
            lessons=words.plain("; ".join(titles)),
            near=found.within_reach,
            all=found.forecasts,
        ),
        icon=":material/verified:",
    )


def _passed() -> list[Lesson]:
    """The lessons that are done and whose checks were all passed, none skipped."""
    found = []
    for lesson in shelf.lessons():
        progress = desk.progress_of(lesson)
        checks = {card.name for card in lesson.cards if isinstance(card, Check)}
        if progress and progress.done and checks and checks <= set(progress.passed):
            found.append(lesson)
    return found


def _certificate(name: str, passed: list[Lesson]) -> Certificate:
    tally = desk.tally()
    names = tuple(lesson.name for lesson in passed)
    today = time.strftime("%Y-%m-%d")
    return Certificate(name, today, names, tally.forecasts, tally.within_reach)


def _page(one: Certificate, passed: list[Lesson]) -> str:
    """The certificate as an HTML page that prints well; every text is escaped."""
    titles = "".join(f"<li>{html.escape(lesson.title)}</li>" for lesson in passed)
    heading = html.escape(shelf.word("certificate"))
    forecasts = shelf.word("done_forecasts", near=one.within_reach, all=one.forecasts)
    code = certificates.code(one, stores.secret())
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{heading}</title>'
        f"<style>{STYLE}</style></head><body><h1>{heading}</h1>"
        f'<p class="name">{html.escape(one.name)}</p>'
        f"<p>{html.escape(shelf.word('certificate_says'))}</p><ul>{titles}</ul>"
        f"<p>{html.escape(forecasts)}</p><p>{one.date} · ANN Lab</p><code>{code}</code>"
        "</body></html>"
    )
