"""The sums that a unit and an answer are made of, as tables for the browser."""

from decimal import Decimal
from typing import Any

from ann.inside.ledger import Ledger, ledger
from ann.inside.look import Change, Look, Terms, Unit, sent, strongest, terms
from ann.run import Run
from pages.look.after import after
from pages.look.names import Names
from pages.ui.inside.numbers import three, with_sign, written
from pages.ui.words import counted, percent

MOST_HOVERED = 1_024  # inputs whose terms the browser is given, for the pointer
WIDEST = 6.0  # pixels, the line of the strongest term


def unit_sum(
    run: Run, seen: Look, unit: Unit, names: Names, shown: int, change: Change
) -> dict[str, Any]:
    """The chosen unit's z: its strongest terms, the rest and the bias; and what follows from z."""
    found = terms(run, seen, unit)
    made = ledger(found.products, found.bias, found.z, shown)
    sources = [Unit(unit.layer - 1, place) for place in made.places]
    rows = [
        {
            "cells": [
                names.of(source),
                three(float(found.inputs[source.number])),
                three(float(found.weights[source.number])),
                written(term, made.decimals),
            ],
            "unit": str(source),
            "sign": sign(term),
        }
        for source, term in zip(sources, made.shown, strict=True)
    ]
    largest = max(map(abs, [*made.shown, made.rest]), default=Decimal(1))
    lines = [
        {"unit": str(source), "sign": sign(term), "width": width(term, largest)}
        for source, term in zip(sources, made.shown, strict=True)
    ]
    z = written(made.z, made.decimals)
    rows += _rest(made, 4)
    if made.bias is None:
        rows.append({"cells": ["no bias: beta takes its place", "", "", ""]})
    else:
        rows.append({"cells": ["bias b", "", "", written(made.bias, made.decimals)]})
    rows.append({"cells": ["sum z", "", "", z], "kind": "total"})
    others = made.n_rest
    rest = {
        "text": f"the other {others:,} add {written(made.rest, made.decimals)}",
        "sign": sign(made.rest),
        "width": width(made.rest, largest),
    }
    return {
        "layer": unit.layer,
        "title": f"{names.title(unit)}: inputs × weights",
        "intro": _intro(made, found),
        "columns": ["input", "value", "× weight", "= term"],
        "rows": rows,
        "lines": lines,
        "rest": rest if others else None,
        "after": after(run, seen, unit, made),
        "hint": "Point at a cell, a pixel or a row to see its term.",
        "terms": _hovered(found, unit, names, change),
    }


def why(run: Run, seen: Look, names: Names, shown: int) -> dict[str, Any]:
    """Why one class has a larger logit than another: the last hidden layer's contributions.

    They and the biases add up to the difference exactly, because the output layer is linear.
    """
    bias = run.network.views(run.theta)[-1].bias
    assert bias is not None, "the output layer has a bias"
    target, against = seen.target, seen.against
    z, by = float(seen.logits[target]), float(bias[target])
    if against is not None:
        z, by = z - float(seen.logits[against]), by - float(bias[against])
    layer = len(seen.layers)
    contributions = seen.layers[-1].contributions if layer else seen.pixels
    made = ledger(contributions, by, z, shown)
    values = seen.inputs(layer + 1)
    rows = [
        {
            "cells": [
                names.of(Unit(layer, place)),
                three(float(values[place])),
                written(term, made.decimals),
            ],
            "unit": str(Unit(layer, place)),
            "sign": sign(term),
        }
        for place, term in zip(made.places, made.shown, strict=True)
    ]
    rows += _rest(made, 3)
    biases = "bias" if against is None else "difference of the biases"
    rows.append({"cells": [biases, "", written(made.bias or Decimal(0), made.decimals)]})
    name, other = names.classes[target], None if against is None else names.classes[against]
    total = f"logit of {name}" if other is None else f"logit of {name} − logit of {other}"
    rows.append({"cells": [total, "", written(made.z, made.decimals)], "kind": "total"})
    what = "logit" if other is None else "difference of two logits"
    return {
        "title": f"Why {name}?" if other is None else f"Why {name} and not {other}?",
        "intro": f"What each {'unit of the last hidden layer' if layer else 'pixel'} adds to the "
        f"{what}.",
        "columns": ["unit" if layer else "pixel", "value", "adds"],
        "rows": rows,
    }


def passes(run: Run, seen: Look, unit: Unit, names: Names, shown: int) -> dict[str, Any] | None:
    """What a hidden unit adds to the units of the next layer; None for an output unit."""
    if unit.layer == names.last:
        return None
    products = sent(run, seen, unit)
    places = [int(i) for i in strongest(products, shown) if products[i]]
    a = three(float(seen.values(unit.layer)[unit.number]))
    weights = run.network.views(run.theta)[unit.layer].weights[unit.number]
    largest = max((abs(float(products[i])) for i in places), default=1.0)
    targets = [Unit(unit.layer + 1, place) for place in places]
    rows = [
        {
            "cells": [
                names.title(target),
                three(float(weights[target.number])),
                with_sign(float(products[target.number])),
            ],
            "unit": str(target),
            "sign": sign(products[target.number]),
        }
        for target in targets
    ]
    lines = [
        {
            "unit": str(target),
            "sign": sign(products[target.number]),
            "width": width(float(products[target.number]), largest),
        }
        for target in targets
    ]
    strongest_of = f"The strongest {len(places)} of {len(products):,}." if places else ""
    if not places:
        strongest_of = f"Nothing: its activation is {a}." if a == "0" else "Nothing."
    return {
        "title": f"What {names.of(unit)} passes on: a = {a} × weight",
        "intro": strongest_of,
        "columns": ["to", "weight", "adds to its z"],
        "rows": rows,
        "lines": lines,
    }


def sign(number: Decimal | float) -> str:
    """The class of style of a number's sign."""
    return "plus" if number > 0 else "minus" if number < 0 else "zero"


def width(number: Decimal | float, largest: Decimal | float) -> float:
    """How wide a term's line is, in pixels."""
    share = abs(float(number)) / (float(largest) or 1.0)
    return round(max(1.0, WIDEST * share), 1)


def _rest(made: Ledger, columns: int) -> list[dict[str, Any]]:
    """The row of all terms that are not shown."""
    empty = [""] * (columns - 2)
    text = written(made.rest, made.decimals)
    if made.n_rest:
        name = f"the other {made.n_rest:,}"
        return [{"cells": [name, *empty, text], "kind": "rest", "sign": sign(made.rest)}]
    return [{"cells": ["rounding", *empty, text], "kind": "rest"}] if made.rest else []


def _intro(made: Ledger, found: Terms) -> str:
    zero = f" {made.n_zero:,} terms are 0." if made.n_zero else ""
    if not made.n_rest:
        return f"{counted(len(found.products), 'input')}.{zero}"
    shown = len(made.shown)
    return (
        f"The strongest {shown} of {len(found.products):,} terms carry {percent(made.share)} of "
        f"Σ|w·a|.{zero}"
    )


def _hovered(found: Terms, unit: Unit, names: Names, change: Change) -> dict[str, Any]:
    """Each input's term in numbers, for the pointer; nothing if there are too many."""
    if len(found.inputs) > MOST_HOVERED:
        return {}
    return {
        "layer": unit.layer - 1,
        "side": names.side if unit.layer == 1 else None,
        "inputs": list(map(three, found.inputs)),
        "weights": list(map(three, found.weights)),
        "products": list(map(with_sign, found.products)),
        "changes": list(map(with_sign, change.change)),
    }
