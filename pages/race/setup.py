"""The boxes of a race: several values of one setting, or the sliders' settings against others."""

import streamlit as st

from ann.recipe import FIELDS, Recipe
from ann.recipes import naming, wording
from ann.recipes.presets import PRESETS
from ann.recipes.variants import MOST_LANES, vary
from pages.race import link
from pages.race.current import Entry
from pages.race.link import ONE, WHOLE, Setup
from pages.ui import controls, session, words
from pages.ui.coach import challenge
from pages.ui.links import address
from pages.ui.links.values import BETWEEN, TYPED, texts, value_box
from pages.ui.networks import choice
from pages.ui.server import classes, css

MODES = {ONE: "One setting", WHOLE: "All settings"}
MODE, FIELD, VALUES, AGAINST = "race.mode", "race.field", "race.values.", "race.against"
MOST_LISTED = 50  # saved runs in the box, the newest


def arrive() -> None:
    """Before the page is drawn, set the boxes from the address if the visitor came by a link."""
    if link.arrive():
        _show(session.keep(Setup))


def accept() -> bool:
    """Set the boxes to the race that a button on another page asks for; whether one did."""
    pair = challenge.waiting()
    if pair is None:
        return False
    setup, (recipe, against) = session.keep(Setup), pair
    changed = list(against.differences(recipe))
    setup.mode, setup.against = WHOLE, [link.spell(against)]
    if len(changed) == 1 and recipe.applies(changed[0]):
        setup.mode, setup.name = ONE, changed[0]
        values = (getattr(each, setup.name) for each in pair)
        setup.values[setup.name] = list(map(FIELDS[setup.name].format, values))
    _show(setup)
    return True


def _show(setup: Setup) -> None:
    """Let the boxes show this."""
    session.set_control(MODE, setup.mode)
    session.set_control(FIELD, setup.name)
    session.set_control(AGAINST, setup.against)
    if setup.name in setup.values:
        session.set_control(VALUES + setup.name, setup.values[setup.name])


def choose(base: Recipe) -> list[Entry]:
    """Draw the boxes and return the lanes that they describe."""
    setup = session.keep(Setup)
    session.seed_control(MODE, setup.mode)
    left, right = st.columns([1, 3])
    mode = left.container(key=css.NARROW).segmented_control(
        "Compare",
        list(MODES),
        key=MODE,
        required=True,
        format_func=MODES.__getitem__,
        help="One setting: everything else stays the same, so you can tell what made the "
        "difference. All settings: yours against those of a published project or a saved run. You "
        "see which are better, but not why.",
    )
    setup.mode = mode or setup.mode
    with right:
        if setup.mode == WHOLE:
            return _against(setup, base)
        which, values = st.columns(2)
        with which:
            name = _field(setup, base)
        with values:
            return _values(setup, base, name)


def _field(setup: Setup, base: Recipe) -> str:
    known = [name for name in FIELDS if base.applies(name)]
    names = [name for name in known if classes.shows(name)] or known
    if setup.name not in names:
        if setup.name not in known:
            st.caption(f":material/info: {wording.no_effect(setup.name, base)}")
        session.set_control(FIELD, "learning_rate" if "learning_rate" in names else names[0])
    session.seed_control(FIELD, setup.name)
    setup.name = st.selectbox(
        "Setting to change",
        names,
        key=FIELD,
        format_func=lambda name: FIELDS[name].label,
        help=controls.help_text(FIELDS[session.get_control(FIELD, setup.name)].help),
    )
    return setup.name


def _values(setup: Setup, base: Recipe, name: str) -> list[Entry]:
    """Draw the box of values; a lane for each value."""
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
    good: list[Recipe] = []
    for text in chosen:
        try:
            good += vary(base, name, [spec.parse(text)])
        except ValueError as error:
            st.warning(words.plain(str(error)), icon=":material/warning:")
    return [Entry(wording.setting(name, getattr(r, name)), r) for r in dict.fromkeys(good)]


def _against(setup: Setup, base: Recipe) -> list[Entry]:
    """Draw the box of presets and saved runs; a lane for each, after that of the sliders."""
    session.seed_control(AGAINST, setup.against)
    titles = _titles(session.get_control(AGAINST, []))
    setup.against = st.multiselect(
        "Compare your settings with",
        list(titles),
        key=AGAINST,
        max_selections=MOST_LANES - 1,
        format_func=titles.__getitem__,
        placeholder="Choose up to three",
        wrap=True,
        help="Settings of published student projects and of your saved runs. The first lane has "
        "your own settings from the Train page.",
    )
    address.show(field=None, values=None, against=BETWEEN.join(setup.against) or None)
    entries = {base: "your settings"}
    for text in setup.against:
        name = naming.unique(titles[text], entries.values())
        entries.setdefault(link.read(text), name)
    return [Entry(name, recipe) for recipe, name in entries.items()]


def _titles(chosen: list[str]) -> dict[str, str]:
    """All that can be compared with, as it stands in a link, each with its title."""
    titles = {name: preset.title for name, preset in PRESETS.items()}
    for saved in choice.mine()[:MOST_LISTED]:
        titles.setdefault(link.spell(saved.recipe), saved.name)
    for text in chosen:  # a link may bring others
        titles.setdefault(text, naming.default_name(link.read(text)))
    return titles


def _suggested(base: Recipe, name: str, listed: list[str]) -> list[str]:
    """The current value, and another one whose effect is easy to see."""
    spec = FIELDS[name]
    current = spec.format(getattr(base, name))
    contrast = spec.default if spec.contrast is None else spec.contrast
    others = [*map(spec.format, (contrast, spec.default)), listed[len(listed) // 2], *listed]
    other = next(text for text in others if text in listed and text != current)
    return [current, other]
