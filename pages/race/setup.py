"""The boxes of a race: one field in several values, or the sliders' settings against others."""

import streamlit as st

from ann.recipe import FIELDS, Recipe
from ann.recipes import naming, wording
from ann.recipes.presets import PRESETS
from ann.recipes.variants import MOST_LANES, vary
from pages.race import link
from pages.race.current import Entry
from pages.race.link import ONE, WHOLE, Setup
from pages.ui import controls, session, words
from pages.ui.links import address
from pages.ui.links.values import BETWEEN, TYPED, texts, value_box
from pages.ui.networks import choice

MODES = {ONE: "One field", WHOLE: "Whole settings"}
# On a zoomed page a quarter is too narrow: the second choice would be cut off.
ROOM = """<style>
@media (min-width: 641px) {
  .stHorizontalBlock:has(> .stColumn .st-key-race_mode) { flex-wrap: nowrap; }
  .stColumn:has(.st-key-race_mode) { min-width: 13rem; }
}
</style>"""
MODE, FIELD, VALUES, AGAINST = "race.mode", "race.field", "race.values.", "race.against"
MOST_KEPT = 50  # kept runs that a box lists, the newest


def arrive() -> None:
    """Before the page: set the boxes as the address says, where the visitor comes by it."""
    if link.arrive():
        setup = session.keep(Setup)
        session.set_control(MODE, setup.mode)
        session.set_control(FIELD, setup.name)
        session.set_control(AGAINST, setup.against)
        if setup.name in setup.values:
            session.set_control(VALUES + setup.name, setup.values[setup.name])


def choose(base: Recipe) -> list[Entry]:
    """Draw the boxes; the settings that they describe, each with a name."""
    setup = session.keep(Setup)
    session.seed_control(MODE, setup.mode)
    st.html(ROOM)
    left, right = st.columns([1, 3])
    setup.mode = left.container(key="race_mode").segmented_control(
        "What differs",
        list(MODES),
        key=MODE,
        required=True,
        format_func=MODES.get,
        help="One field: all else stays equal, so that you can tell what made the difference. "
        "Whole settings: your sliders against published ones, to see which is better, not why.",
    )
    with right:
        if setup.mode == WHOLE:
            return _against(setup, base)
        which, values = st.columns(2)
        with which:
            name = _field(setup, base)
        with values:
            return _values(setup, base, name)


def _field(setup: Setup, base: Recipe) -> str:
    names = [name for name in FIELDS if base.applies(name)]
    if setup.name not in names:
        st.caption(f":material/info: {wording.no_effect(setup.name, base)}")
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
    typed = " You can also type one that is not in the list." if spec.kind in TYPED else ""
    chosen = value_box(
        name,
        VALUES + name,
        listed,
        label="Values to compare",
        help=f"Two to four values, each in a lane of its own.{typed}",
        placeholder="Choose two to four",
        most=MOST_LANES,
    )
    setup.values[name] = chosen
    address.show(field=name, values=BETWEEN.join(chosen) or None, against=None)
    good = []
    for text in chosen:
        try:
            good += vary(base, name, [spec.parse(text)])
        except ValueError as error:
            st.warning(words.plain(str(error)), icon=":material/warning:")
    return [Entry(wording.setting(name, getattr(r, name)), r) for r in dict.fromkeys(good)]


def _against(setup: Setup, base: Recipe) -> list[Entry]:
    """The box with others' settings and one's own kept ones, and the entries."""
    session.seed_control(AGAINST, setup.against)
    titles = _titles(session.get_control(AGAINST, []))
    setup.against = st.multiselect(
        "Your settings against",
        list(titles),
        key=AGAINST,
        max_selections=MOST_LANES - 1,
        format_func=titles.get,
        placeholder="Choose up to three",
        wrap=True,
        help="Settings from published student projects, and those of your kept runs. The first "
        "lane is what the sliders on the Train page show.",
    )
    address.show(field=None, values=None, against=BETWEEN.join(setup.against) or None)
    entries = {base: "your settings"}
    for text in setup.against:
        name = naming.unique(titles[text], entries.values())
        entries.setdefault(link.read(text), name)
    return [Entry(name, recipe) for recipe, name in entries.items()]


def _titles(chosen: list[str]) -> dict[str, str]:
    """What there is to race against, as in a link, each with its name."""
    titles = {name: preset.title for name, preset in PRESETS.items()}
    for kept in choice.mine()[:MOST_KEPT]:
        titles.setdefault(link.spell(kept.recipe), kept.name)
    for text in chosen:  # of a link, perhaps
        titles.setdefault(text, naming.default_name(link.read(text)))
    return titles


def _suggested(base: Recipe, name: str, listed: list[str]) -> list[str]:
    """The value that is set, and another one."""
    spec = FIELDS[name]
    present = spec.format(getattr(base, name))
    contrast = spec.default if spec.contrast is None else spec.contrast
    others = [*map(spec.format, (contrast, spec.default)), listed[len(listed) // 2], *listed]
    other = next(text for text in others if text in listed and text != present)
    return [present, other]
