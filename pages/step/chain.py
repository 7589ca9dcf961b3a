"""The way from the input to the weight after the step, in one row."""

import html
from typing import NamedTuple

from ann.inside.weight_step import Term, WeightStep
from pages.step import numbers
from pages.ui import palette
from pages.ui.inside.numbers import three

STYLE = f"""<style>
.chain {{ display: flex; flex-wrap: wrap; align-items: stretch; gap: 6px;
  margin: 0.25rem 0 0.5rem; }}
.chain > div {{ display: flex; gap: 6px; align-items: center; }}
.chain > .first {{ margin-left: 14px; }}
.chain > div > div {{ border: 1px solid #7a859440; border-top: 3px solid var(--card);
  border-radius: 8px; padding: 3px 9px 4px; min-width: 0; }}
.chain .open > div {{ background: color-mix(in srgb, var(--card) 16%, transparent); }}
.chain small {{ display: block; font-size: 0.72rem; color: {palette.SOFT}; white-space: nowrap; }}
.chain strong {{ font-size: 0.95rem; font-weight: 600; font-variant-numeric: tabular-nums;
  white-space: nowrap; }}
</style>"""
COLORS = {
    "forward": palette.TRAINING,
    "backward": palette.CHANGE,
    "gradient": palette.RIGHT,
    "update": palette.VALIDATION,
}
NAMES = {
    "step": "−step",
    "weight decay": "decay",
    numbers.TOTAL: "weight after",
}


class Link(NamedTuple):
    """One number of the chain: the sign before it, its name, and the card that explains it."""

    sign: str
    name: str
    value: float
    card: str
    text: str = ""  # the value as it is shown; three digits of it if empty


def links(found: WeightStep, thing: str) -> list[Link]:
    """The numbers in order, from x to the weight after the step."""
    made = [
        Link("", "xᵢ", found.x, "forward"),
        Link("·", "δⱼ", found.delta, "backward"),
        Link("=", f"gᵢⱼ of this {thing}", float(found.gradient_terms[0].value), "gradient"),
    ]
    more = [t for t in found.gradient_terms[1:] if t.name != "rounding" and t.value]
    if len(found.shares) > 1:
        others = next(t for t in found.gradient_terms if t.name == "the other digits")
        more = [t for t in more if t is not others]
        made.append(Link("+", f"the other {thing}s", others.value, "gradient"))
        name = "mean of the batch" if more else "g, the batch's mean"
        made.append(Link("=", name, found.mean, "gradient"))
    made += [Link("+", term.name, term.value, "gradient") for term in more]
    if more:
        made.append(Link("=", "g", found.gradient, "gradient"))
    for term in found.numbers[1:-1]:
        if term.name not in ("M", "V"):
            made.append(Link("→", term.name, term.value, "update"))
    made.append(Link("→", "step", found.numbers[-1].value, "update"))
    terms = [Term(numbers.START, found.before), *found.change_terms]
    signs = {numbers.START: "", numbers.TOTAL: "="}
    named = {term.name for term in found.change_terms if term.value or term.name == "step"}
    for name, number in numbers.adding_up(terms, found.after):
        if number or name in named:
            text = numbers.plain(number, whole=True)
            sign = signs.get(name, "+")
            made.append(Link(sign, NAMES.get(name, name), float(number), "update", text))
    return made


def row(found: WeightStep, card: str, thing: str) -> str:
    """HTML: the chain, with the numbers of the open card on its color."""
    parts = []
    for link in links(found, thing):
        kinds = ["open"] * (link.card == card) + ["first"] * (link.name == numbers.START)
        open_now = f' class="{" ".join(kinds)}"' if kinds else ""
        sign = f"<span>{html.escape(link.sign)}</span>" if link.sign else ""
        parts.append(
            f'<div role="listitem"{open_now} style="--card:{COLORS[link.card]}">{sign}'
            f"<div><small>{html.escape(link.name)}</small>"
            f"<strong>{link.text or three(link.value)}</strong></div></div>"
        )
    return f'{STYLE}<div class="chain" role="list" aria-label="The chain">{"".join(parts)}</div>'
