"""Tables of numbers, sums whose terms add up to the last shown digit, and formulas."""

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import floor, log10

import streamlit as st

from ann.inside.ledger import rounded
from ann.inside.watch import Watched
from ann.inside.weight_step import Term
from pages.step.formula import formulas, latex
from pages.ui import palette
from pages.ui.inside.numbers import three, written

START, TOTAL = "weight before", "total"  # of a sum; the start does not decide how it is rounded
MOST_PLAIN = 10  # decimals that are written without a power of ten
DIGITS = 4  # of the largest change, in a sum
MOST_DECIMALS = 12
STYLE = f"""<style>
.numbers {{ border-collapse: collapse; font-size: 0.84rem; margin: 0.25rem 0 0.5rem; }}
.numbers caption {{ text-align: left; min-width: 15rem; font-size: 0.8rem; color: {palette.SOFT}; }}
.numbers :is(th, td) {{ border: 0; padding: 1px 14px 1px 0; line-height: 1.5; text-align: left;
  font-weight: 400; vertical-align: baseline; }}
.numbers td:nth-child(2) {{ text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; font-weight: 600; }}
.numbers td:nth-child(3) {{ color: {palette.SOFT}; }}
.numbers tr.sum > * {{ border-top: 1px solid #7a859480; }}
</style>"""
GRID = f"""<style>
.grid {{ overflow-x: auto; }}
.grid table {{ border-collapse: collapse; font-size: 0.84rem; width: 100%; }}
.grid caption {{ text-align: left; font-size: 0.8rem; color: {palette.SOFT}; }}
.grid :is(th, td) {{ border: 0; padding: 1px 12px 1px 0; text-align: right; font-weight: 400;
  font-variant-numeric: tabular-nums; white-space: nowrap; }}
.grid th:first-child {{ text-align: left; }}
.grid thead th {{ color: {palette.SOFT}; font-size: 0.78rem; }}
.grid .bold > * {{ font-weight: 700; }}
.grid tbody tr:last-child > * {{ border-top: 1px solid #7a859480; }}
</style>"""
Row = tuple[str, float | str, str]  # name, number, what it is


def table(rows: Iterable[Row], caption: str, last_is_sum: bool = False) -> None:
    """Names, numbers and notes; plain text, which is escaped."""
    listed = list(rows)
    parts = []
    for k, (name, number, note) in enumerate(listed):
        text = number if isinstance(number, str) else three(number)
        kind = ' class="sum"' if last_is_sum and k == len(listed) - 1 else ""
        parts.append(
            f"<tr{kind}><th scope=row>{html.escape(name)}</th><td>{html.escape(text)}</td>"
            f"<td>{html.escape(note)}</td></tr>"
        )
    st.html(
        f'{STYLE}<table class="numbers"><caption>{html.escape(caption)}</caption>'
        f"{''.join(parts)}</table>"
    )


def adding_up(terms: Sequence[Term], total: float) -> list[tuple[str, Decimal]]:
    """The terms and their total, rounded alike so that they add up to the last shown digit.

    What rounding loses goes into "rounding", which is left out if it is 0.

    >>> terms = [Term("a", 0.12344), Term("b", -0.1), Term("rounding", 1e-9)]
    >>> [(name, str(number)) for name, number in adding_up(terms, 0.02344)]
    [('a', '0.1234'), ('b', '-0.1000'), ('total', '0.0234')]
    """
    largest = max((abs(term.value) for term in terms if term.name != START), default=0.0)
    places = DIGITS - 1 - floor(log10(largest)) if largest else DIGITS
    decimals = min(max(places, 0), MOST_DECIMALS + DIGITS)
    shown = [(t.name, rounded(t.value, decimals)) for t in terms if t.name != "rounding"]
    whole = rounded(total, decimals)
    rest = whole - sum((number for _, number in shown), Decimal(0))
    if rest:
        shown.append(("rounding", rest))
    return [*shown, (TOTAL, whole)]


def sum_table(
    terms: Sequence[Term], total: float, name: str, notes: dict[str, str], caption: str
) -> None:
    """A sum as a table, with its total in the last row."""
    made = adding_up(terms, total)
    rows = [
        (name if term == TOTAL else term, plain(n, term in (START, TOTAL)), notes.get(term, ""))
        for term, n in made
    ]
    table(rows, caption, last_is_sum=True)


def plain(number: Decimal, whole: bool = False) -> str:
    """A number of a sum, with all its decimals; with a sign, unless it is the `whole`.

    >>> plain(Decimal("-0.0008771")), plain(Decimal("0.0010")), plain(Decimal("0.1"), True)
    ('−0.0008771', '+0.0010', '0.1')
    """
    decimals = -int(number.as_tuple().exponent)
    if decimals > MOST_PLAIN:
        return written(number, decimals, sign=not whole)
    plus = "+" if number > 0 and not whole else ""
    return plus + f"{number:,f}".replace("-", "−")


def show_formulas(functions: Iterable[Watched]) -> None:
    """The formulas of these functions, out of their docstrings."""
    texts = [latex(text) for function in functions for text in formulas(function.docstring)]
    if texts:
        st.latex(r"\begin{gathered}" + r" \\[3pt] ".join(texts) + r"\end{gathered}")


def cells(name: str, texts: Sequence[str], *, bold: bool) -> str:
    """HTML: one row of a `grid`."""
    inner = "".join(f"<td>{html.escape(text)}</td>" for text in texts)
    return f"<tr{' class=bold' if bold else ''}><th scope=row>{html.escape(name)}</th>{inner}</tr>"


def grid(heads: Sequence[str], rows: Sequence[str], caption: str) -> str:
    """HTML: a table with a head, of rows made by `cells`."""
    top = "".join(f"<th scope=col>{html.escape(head)}</th>" for head in heads)
    return (
        f'{GRID}<div class="grid" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
