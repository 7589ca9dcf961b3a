"""What shall be searched: fields and their values, a grid or random draws, seeds, halving.

The choice lives in the address, so that a link reproduces a sweep: `search`, such as
learning_rate~0.001~0.01~~epochs~5~10, and `trials`, `seeds` and `halving` where they are not at
their defaults, beside the recipe's own parameters.
"""

from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from ann import search
from ann.recipe import FIELDS, Recipe
from ann.sweep import MOST_SEEDS
from pages.ui import address, controls, frame, session, training
from pages.ui.sweeps import Plan
from pages.ui.values import BETWEEN, TYPED, texts, written

GRID, RANDOM = "grid", "random"
METHODS = {GRID: "Grid", RANDOM: "Random"}
NAMES, VALUES, METHOD = "sweep.fields", "sweep.values.", "sweep.method"
TRIALS, SEEDS, HALVING = "sweep.trials", "sweep.seeds", "sweep.halving"
MOST_TEXT = 2_000  # of a link
TRIAL_STOPS = (4, 8, 12, 16, 20, 24, 32, 48, 64, 100, 150, search.MOST_TRIALS)
PUBLISHED = {n: [FIELDS[n].format(v) for v in vs] for n, vs in search.PUBLISHED.items()}
FIRST = {"learning_rate": ["0.0003", "0.001", "0.003", "0.01"], "batch_size": ["32", "128"]}


@dataclass
class Setup:
    """What the visitor chose last, for when the page is opened again."""

    values: dict[str, list[str]] = field(default_factory=lambda: dict(FIRST))  # as in a link
    trials: int | None = None  # of a random search; None is a grid
    seeds: int = 1
    halving: bool = False


def arrive() -> None:
    """Before the page: set the boxes as the address says, where the visitor comes by it."""
    link = address.arriving("search", "trials", "seeds", "halving")
    if not link:
        return
    setup = session.keep(Setup)
    setup.values = _parse(link.get("search", "")) or dict(FIRST)
    setup.trials = _whole(link, "trials", search.MOST_TRIALS)
    setup.seeds = _whole(link, "seeds", MOST_SEEDS) or 1
    if link.get("halving", "true") not in ("true", "false"):
        address.unusable("halving: is neither true nor false; using false")
    setup.halving = link.get("halving") == "true"
    _move_boxes(setup)


def choose(base: Recipe) -> Plan | None:
    """Draw the boxes; the sweep that they describe, or None, with the reason shown."""
    setup = session.keep(Setup)
    _fields(setup, base)
    _method(setup)
    _show(setup)
    try:
        space = {name: [FIELDS[name].parse(t) for t in ts] for name, ts in setup.values.items()}
        make = partial(search.sample, n=setup.trials) if setup.trials else search.grid
        recipes = make(base, space)
        if not len(training.dataset().split(base.validation_fraction).validation_images):
            raise ValueError("The validation fraction is 0: no digits are left to judge by")
    except ValueError as error:
        st.info(frame.plain(str(error)), icon=":material/tune:")
        return None
    return Plan(tuple(recipes), tuple(space), setup.seeds, setup.halving)


def use_published() -> None:
    """For a button's callback: the grid over the three fields that the published project tuned."""
    setup = session.keep(Setup)
    setup.values, setup.trials = {name: list(values) for name, values in PUBLISHED.items()}, None
    _move_boxes(setup)


def _fields(setup: Setup, base: Recipe) -> None:
    session.seed_control(NAMES, list(setup.values))
    names = st.multiselect(
        "Fields to search",
        [n for n in search.SWEEPABLE if base.applies(n) or n in setup.values],
        key=NAMES,
        max_selections=search.MOST_FIELDS,
        format_func=lambda name: FIELDS[name].label,
        placeholder="Choose one to six",
        help="All else stays as on the Train page. Two fields give a map, more of them lines.",
    )
    setup.values = {name: _values(setup, base, name) for name in names}


def _values(setup: Setup, base: Recipe, name: str) -> list[str]:
    spec, key = FIELDS[name], VALUES + name
    session.seed_control(
        key, setup.values.get(name) or PUBLISHED.get(name) or texts(base, name)[:2]
    )
    return st.multiselect(
        spec.label,
        list(dict.fromkeys([*texts(base, name), *session.get_control(key, [])])),
        key=key,
        accept_new_options=spec.kind in TYPED,
        format_func=lambda text: written(name, text),
        placeholder="Choose values",
        help=controls.help_text(spec.help),
    )


def _method(setup: Setup) -> None:
    st.button(
        "The three usual fields",
        icon=":material/menu_book:",
        on_click=use_published,
        key="sweep.published",
        help="Learning rate, batch size and epochs, which a published student project searched. "
        "Its source names no values: these three, three and two are ours.",
    )
    session.seed_control(METHOD, RANDOM if setup.trials else GRID)
    method = st.segmented_control(
        "Search",
        list(METHODS),
        key=METHOD,
        required=True,
        format_func=METHODS.get,
        help="Grid: every combination of the values. Random: draws anywhere between the lowest "
        "and the highest value of a field; with many fields it finds good ones sooner.",
    )
    if method == RANDOM:
        session.seed_control(TRIALS, setup.trials or 24)
        stops = sorted({*TRIAL_STOPS, session.get_control(TRIALS)})
        setup.trials = st.select_slider(
            "Trials", stops, key=TRIALS, help="How many settings are drawn at random."
        )
    else:
        setup.trials = None
    session.seed_control(SEEDS, setup.seeds)
    setup.seeds = st.slider(
        "Seeds a trial",
        1,
        MOST_SEEDS,
        key=SEEDS,
        help="Train every setting from so many first draws: how far they spread tells whether a "
        "lead is luck.",
    )
    session.seed_control(HALVING, setup.halving)
    setup.halving = st.toggle(
        "Halving",
        key=HALVING,
        help="Give up early: all trials train a few epochs, the best third goes on for three "
        "times as many, and so on. Far less work; what starts slowly may be given up wrongly.",
    )


def _show(setup: Setup) -> None:
    """The choice, in the address."""
    parts = [BETWEEN.join([name, *values]) for name, values in setup.values.items()]
    address.show(
        search=(BETWEEN * 2).join(parts) or None,
        trials=str(setup.trials) if setup.trials else None,
        seeds=str(setup.seeds) if setup.seeds > 1 else None,
        halving="true" if setup.halving else None,
    )


def _move_boxes(setup: Setup) -> None:
    session.set_control(NAMES, list(setup.values))
    for name, values in setup.values.items():
        session.set_control(VALUES + name, list(values))
    session.set_control(METHOD, RANDOM if setup.trials else GRID)
    if setup.trials:
        session.set_control(TRIALS, setup.trials)
    session.set_control(SEEDS, setup.seeds)
    session.set_control(HALVING, setup.halving)


def _parse(text: str) -> dict[str, list[str]]:
    """The fields and values of a link; what can't be used is told, the rest is kept."""
    found = {}
    if len(text) > MOST_TEXT:
        address.unusable(f"search: has {len(text):,} characters; at most {MOST_TEXT:,} are read")
        return found
    for part in filter(None, text.split(BETWEEN * 2)):
        name, *values = part.split(BETWEEN)
        good = []
        if name not in search.SWEEPABLE or len(found) == search.MOST_FIELDS:
            address.unusable(f"search: {name[:40]!r} can't be searched")
            continue
        for value in filter(None, values):
            try:
                good.append(FIELDS[name].format(FIELDS[name].parse(value)))
            except ValueError as error:
                address.unusable(str(error))
        if good:
            found[name] = list(dict.fromkeys(good))
    return found


def _whole(link: dict[str, str], name: str, most: int) -> int | None:
    """A whole number of a link; None, and a message, where it is none from 1 to `most`."""
    if name not in link:
        return None
    text = link[name][:20]
    if text.isdecimal() and text.isascii() and 1 <= int(text) <= most:
        return int(text)
    address.unusable(f"{name}: {text!r} is outside 1 to {most}")
    return None
