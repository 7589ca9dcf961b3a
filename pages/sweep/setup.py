"""The boxes of a sweep: settings and values to search, grid or random draws, seeds, halving.

The choice is in the address, too; see `pages.sweep.link`.
"""

from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from ann.recipe import FIELDS, Recipe
from ann.search import space as search_space
from ann.search.plan import MOST_SEEDS, Plan
from ann.search.space import Space
from pages.sweep import link
from pages.sweep.link import Setup
from pages.ui import controls, session, words
from pages.ui.links.values import texts, value_box
from pages.ui.live import beat
from pages.ui.server import classes, datasets

GRID, RANDOM = "grid", "random"
METHODS = {GRID: "Grid", RANDOM: "Random"}
NAMES, VALUES, METHOD = "sweep.fields", "sweep.values.", "sweep.method"
TRIALS, SEEDS, HALVING = "sweep.trials", "sweep.seeds", "sweep.halving"
TRIAL_STOPS = (4, 8, 12, 16, 20, 24, 32, 48, 64, 100, 150, search_space.MOST_TRIALS)
PUBLISHED = {
    n: [FIELDS[n].format(v) for v in vs] for n, vs in search_space.PUBLISHED_FIELDS.items()
}


@dataclass
class Choice:
    """What the boxes show, remembered for when the page is opened again."""

    setup: Setup = field(default_factory=Setup)


def arrive() -> None:
    """Before the page is drawn, set the boxes from the address if the visitor came by a link."""
    if found := link.read():
        session.keep(Choice).setup = found
        _move_boxes(found)


def choose(base: Recipe) -> Plan | None:
    """Draw the boxes and return the sweep that they describe, or show why there is none."""
    setup = session.keep(Choice).setup
    _fields(setup, base)
    _method(setup)
    link.show(setup)
    try:
        space = {name: [FIELDS[name].parse(t) for t in ts] for name, ts in setup.values.items()}
        values = tuple((name, tuple(each)) for name, each in space.items())
        key = base, values, setup.trials, setup.seeds, setup.halving
        plan = beat.once("sweep.plan", key, lambda: _plan(setup, base, space))
        if not len(datasets.chosen().split(base.validation_fraction).validation_images):
            raise ValueError(
                "The validation fraction is 0: no digits are set aside to judge trials"
            )
    except ValueError as error:
        st.info(words.plain(str(error)), icon=":material/tune:")
        return None
    return plan


def _plan(setup: Setup, base: Recipe, space: Space) -> Plan:
    make = partial(search_space.sample, n=setup.trials) if setup.trials else search_space.grid
    return Plan(tuple(make(base, space)), tuple(space), setup.seeds, setup.halving)


def use_published() -> None:
    """For a button's callback: set the grid over the three settings a published project tuned."""
    setup = session.keep(Choice).setup
    setup.values, setup.trials = {name: list(values) for name, values in PUBLISHED.items()}, None
    _move_boxes(setup)


def _fields(setup: Setup, base: Recipe) -> None:
    known = [n for n in search_space.SWEEPABLE if base.applies(n) or n in setup.values]
    options = [name for name in known if classes.shows(name)] or known
    session.seed_control(NAMES, list(setup.values))
    if hidden := set(session.get_control(NAMES)) - set(options):
        session.set_control(NAMES, [n for n in session.get_control(NAMES) if n not in hidden])
    names = st.multiselect(
        "Settings to search",
        options,
        key=NAMES,
        max_selections=search_space.MOST_FIELDS,
        format_func=lambda name: FIELDS[name].label,
        placeholder="Choose one to six",
        select_all=False,
        wrap=True,
        help="All others stay as on the Train page. Two settings give a map, more give lines.",
    )
    setup.values = {name: _values(setup, base, name) for name in names}


def _values(setup: Setup, base: Recipe, name: str) -> list[str]:
    spec, key = FIELDS[name], VALUES + name
    session.seed_control(
        key, setup.values.get(name) or PUBLISHED.get(name) or texts(base, name)[:2]
    )
    help = controls.help_text(spec.help)
    return value_box(name, key, texts(base, name), label=spec.label, help=help)


def _method(setup: Setup) -> None:
    st.button(
        "The published project's settings",
        icon=":material/menu_book:",
        on_click=use_published,
        key="sweep.published",
        help="A grid over learning rate, batch size and epochs, which a published student project "
        "tuned. Its source gives no values, so these (three, three and two) are ours.",
    )
    if setup.values == PUBLISHED:
        st.caption("The settings are the published project's; the values are ours.")
    session.seed_control(METHOD, RANDOM if setup.trials else GRID)
    method = st.segmented_control(
        "Search",
        list(METHODS),
        key=METHOD,
        required=True,
        format_func=METHODS.__getitem__,
        help="Grid: every combination of the values. Random: values drawn anywhere between the "
        "lowest and the highest of each setting. With many settings, random search finds good ones "
        "sooner.",
    )
    if method == RANDOM:
        session.seed_control(TRIALS, setup.trials or 24)
        stops = sorted({*TRIAL_STOPS, session.get_control(TRIALS)})
        setup.trials = st.select_slider(
            "Trials", stops, key=TRIALS, help="How many combinations are drawn at random."
        )
    else:
        setup.trials = None
    session.seed_control(SEEDS, setup.seeds)
    setup.seeds = st.slider(
        "Seeds per trial",
        1,
        MOST_SEEDS,
        key=SEEDS,
        help="Train every trial this many times, each time with another seed. How far the results "
        "spread shows whether a lead could be random variation.",
    )
    session.seed_control(HALVING, setup.halving)
    setup.halving = st.toggle(
        "Halving",
        key=HALVING,
        help="Successive halving: all trials train for a few epochs, the best third continues for "
        "three times as many, and so on. Far less work, but a good trial that starts slowly may be "
        "dropped.",
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
