"""What shall race: one field in several values, or the sliders' settings against published ones.

The choice lives in the address, so that a link reproduces a race: `field` and `values`, or
`against` with names of presets, beside the recipe's own parameters.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import streamlit as st

from ann import naming
from ann.presets import PRESETS
from ann.recipe import FIELDS, Recipe
from ann.variants import MOST_LANES, vary
from pages.ui import address, controls, frame, session
from pages.ui.race import Entry
from pages.ui.values import BETWEEN, TYPED, texts, written

ONE, WHOLE = "one", "whole"
MODES = {ONE: "One field", WHOLE: "Whole settings"}
MODE, FIELD, VALUES, AGAINST = "race.mode", "race.field", "race.values.", "race.against"
TRY = {  # what makes a difference that can be seen, beside the value that is set
    "hidden_sizes": "16",
    "activation": "sigmoid",
    "initializer": "zeros",
    "optimizer": "sgd",
    "learning_rate": "0.01",
    "schedule": "cosine",
    "batch_size": "512",
    "epochs": "20",
    "patience": "3",
    "dropout": "0.5",
    "l2": "0.001",
    "l1": "0.0001",
    "max_norm": "2.0",
    "clip_norm": "1.0",
    "ema": "0.999",
    "label_smoothing": "0.1",
    "augment_shift": "2.0",
    "augment_rotation": "12.0",
    "seed": "1",
}


@dataclass
class Setup:
    """What the visitor chose last, for when the page is opened again."""

    mode: str = ONE
    name: str = "learning_rate"  # of the field
    values: dict[str, list[str]] = field(default_factory=dict)  # field -> values as in a link
    against: list[str] = field(default_factory=lambda: ["numpy-two-layer"])


def arrive() -> None:
    """Before the page: set the boxes as the address says, where the visitor comes by it."""
    setup = session.keep(Setup)
    link = address.arriving("field", "values", "against")
    if "against" in link:
        known = _most(_split(link["against"]), MOST_LANES - 1, "against")
        setup.against = [name for name in known if name in PRESETS]
        for name in set(known) - set(PRESETS):
            address.unusable(f"against: {name!r} is not one of {', '.join(PRESETS)}")
        setup.mode = WHOLE
    elif "field" in link:
        _take_field(setup, link["field"], link.get("values", ""))
    if link:
        for key, value in ((MODE, setup.mode), (FIELD, setup.name), (AGAINST, setup.against)):
            session.set_control(key, value)


def choose(base: Recipe) -> list[Entry]:
    """Draw the boxes; the settings that they describe, each with a name."""
    setup = session.keep(Setup)
    session.seed_control(MODE, setup.mode)
    left, middle, right = st.columns([1, 1, 2])
    setup.mode = left.segmented_control(
        "What differs",
        list(MODES),
        key=MODE,
        required=True,
        format_func=MODES.get,
        help="One field: all else stays equal, so that you can tell what made the difference. "
        "Whole settings: your sliders against published ones, to see which is better, not why.",
    )
    if setup.mode == WHOLE:
        with middle:
            return _against(setup, base)
    with middle:
        name = _field(setup, base)
    with right:
        return _values(setup, base, name)


def _field(setup: Setup, base: Recipe) -> str:
    names = [name for name in FIELDS if base.applies(name)]
    if setup.name not in names:
        st.caption(f":material/info: {controls.no_effect(setup.name, base)}")
        session.set_control(FIELD, "learning_rate")
    session.seed_control(FIELD, setup.name)
    setup.name = st.selectbox(
        "Field to change",
        names,
        key=FIELD,
        format_func=lambda name: FIELDS[name].label,
        help=controls.help_text(FIELDS[session.get_control(FIELD, setup.name)].help),
    )
    return setup.name


def _values(setup: Setup, base: Recipe, name: str) -> list[Entry]:
    """The box with the values, and what it makes of the base."""
    spec = FIELDS[name]
    listed = texts(base, name)
    session.seed_control(VALUES + name, setup.values.get(name) or _suggested(base, name, listed))
    chosen = st.multiselect(
        "Values that race",
        list(dict.fromkeys([*listed, *session.get_control(VALUES + name, [])])),
        key=VALUES + name,
        max_selections=MOST_LANES,
        accept_new_options=spec.kind in TYPED,
        format_func=lambda text: written(name, text),
        placeholder="Choose two to four",
        help="Two to four values, each in a lane of its own. "
        + ("You may type one that is not in the list." if spec.kind in TYPED else ""),
    )
    setup.values[name] = chosen
    address.show(field=name, values=BETWEEN.join(chosen) or None, against=None)
    good = []
    for text in chosen:
        try:
            good += vary(base, name, [spec.parse(text)])
        except ValueError as error:
            st.warning(frame.plain(str(error)), icon=":material/warning:")
    return [Entry(naming.setting(name, getattr(r, name)), r) for r in dict.fromkeys(good)]


def _against(setup: Setup, base: Recipe) -> list[Entry]:
    session.seed_control(AGAINST, setup.against)
    setup.against = st.multiselect(
        "Your settings against",
        list(PRESETS),
        key=AGAINST,
        max_selections=MOST_LANES - 1,
        format_func=lambda name: PRESETS[name].title,
        placeholder="Choose up to three",
        help="Settings from published student projects. The first lane is what the sliders on "
        "the Train page show.",
    )
    address.show(field=None, values=None, against=BETWEEN.join(setup.against) or None)
    entries = [Entry("your settings", base)]
    return entries + [Entry(PRESETS[name].title, PRESETS[name].recipe) for name in setup.against]


def _suggested(base: Recipe, name: str, listed: list[str]) -> list[str]:
    """The value that is set, and another one."""
    present = FIELDS[name].format(getattr(base, name))
    others = [TRY.get(name), FIELDS[name].format(FIELDS[name].default), listed[len(listed) // 2]]
    other = next(text for text in [*others, *listed] if text in listed and text != present)
    return [present, other]


def _take_field(setup: Setup, name: str, values: str) -> None:
    base = session.state().recipe
    setup.mode = ONE
    try:
        vary(base, name, [])
    except ValueError as error:
        address.unusable(str(error))
        return
    setup.name, good = name, []
    for text in _most(_split(values), MOST_LANES, "values"):
        try:
            good.append(FIELDS[name].format(FIELDS[name].parse(text)))
        except ValueError as error:
            address.unusable(str(error))
    if good:
        setup.values[name] = list(dict.fromkeys(good))
        session.set_control(VALUES + name, setup.values[name])


def _split(text: str) -> list[str]:
    return [part for part in text[:500].split(BETWEEN) if part]


def _most(parts: Iterable[str], most: int, name: str) -> list[str]:
    parts = list(parts)
    if len(parts) > most:
        address.unusable(f"{name}: {len(parts)} are too many for one race; the first {most} race")
    return parts[:most]
