"""The network for one digit: its mosaics, one unit's sums, and changes on a copy.

This is a fragment: a click reruns only this part of the page.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from ann.inside.look import (
    Look,
    Unit,
    look,
    weight_change,
)
from ann.run import Run
from pages.look import card, edits, mosaics, network, place, sums, weights
from pages.look.mosaics import CONTRIBUTION, INDEX
from pages.look.sums import Names
from pages.ui import digits, session
from pages.ui.inside import pictures, signed
from pages.ui.inside.subject import Digit, Shown, Subject
from pages.ui.links import address
from pages.ui.live import beat
from pages.ui.server import workers
from pages.ui.words import percent, plain

ORDER, TARGET, AGAINST = "look.order", "look.target", "look.against"  # keys of controls
LAYER, NUMBER, TERMS, CHANGE = "look.layer", "look.unit", "look.terms", "look.change"
ORDERS = {INDEX: "index", CONTRIBUTION: "contribution"}
RIVAL, NOBODY = -1, -2  # in place of a class that the target is compared with
ANSWER = -1  # in place of a class that is explained
FEW, MORE = 5, 10  # terms of a sum that are shown
MOST_PARAMETERS = 25_000_000  # of a network: each click draws its initial weights again


def fits(subject: Subject) -> bool:
    """Whether the network is small enough to look into; says so if it is not."""
    parameters = subject.run.parameters
    if parameters > MOST_PARAMETERS:
        st.warning(
            f"This network has {parameters:,} parameters; the most that this page can show is "
            f"{MOST_PARAMETERS:,}. Choose another network.",
            icon=":material/warning:",
        )
    return parameters <= MOST_PARAMETERS


def begin(shown: Shown) -> None:
    """Before the page is drawn: take the unit from the address, or choose the most telling one."""
    subject, digit = shown
    # not in the fragment: a style sheet that comes anew makes the browser style the whole page anew
    st.html(signed.STYLE + card.STYLE)
    place.arrive(subject.run.network)
    edits.begin(subject)
    here = place.place()
    if not here.by_visitor:
        seen = _look(subject, digit)
        here.unit = place.most_telling(seen)
    _set_controls(subject)
    address.show(unit=str(here.unit) if here.by_visitor else None)


@workers.fragment
def show(shown: Shown) -> None:
    """The whole view of one network and one digit."""
    pictures.rerun_if_clicked()
    subject, digit = shown
    edits.banner(subject)
    run, seen, here = edits.applied(subject), _look(subject, digit), place.place()
    if not seen.finite:
        st.error("The outputs of this copy are not finite, so there is nothing to show.")
        return
    classes = subject.digits.class_names
    names = Names(classes, weights.side(run.n_features), len(run.network.sizes) - 1)
    st.markdown(_headline(seen, classes, digit))
    count = _controls(subject, seen, names)
    network.show(
        "look.network", _picture(subject, digit, run, seen, names, count), clicked(subject)
    )
    card.show(subject, here.unit, names, digit.code, digit.label)
    _edits(subject, here.unit, names, digit.code)


def _edits(subject: Subject, unit: Unit, names: Names, code: str) -> None:
    """A box to change units on a copy; drawn only when it is open, so that a click stays fast."""
    title = f"Change {plain(names.within(unit))}, on a copy"
    with st.expander(title, key=CHANGE, on_change="rerun", icon=":material/tune:") as box:
        if not box.open:
            return
        edits.controls(subject, unit)
        edits.show_effect(subject, code)
        st.caption(
            "One unit usually costs 0 to 0.3 points of accuracy, far within the ±2 points that "
            f"chance makes on 600 {subject.things}: so look at the {subject.things}, not at the "
            "accuracy."
        )


def _look(subject: Subject, digit: Digit) -> Look:
    """The look at the network with the visitor's edits, for what the controls explain."""
    target, against = session.get_control(TARGET, ANSWER), session.get_control(AGAINST, RIVAL)
    run, image = edits.applied(subject), digit.image
    version = (*edits.current().version(), image.tobytes(), digit.label, target, against)
    return beat.once("look.seen", version, lambda: _explain(run, digit, target, against))


def _explain(run: Run, digit: Digit, target: int, against: int) -> Look:
    seen = look(run, digit.image)
    target = seen.answer if target not in range(run.n_classes) else target
    if against == RIVAL:
        rival = digit.label if digit.label not in (None, target) else _second(seen, target)
    else:
        others = set(range(run.n_classes)) - {target}
        rival = against if against in others else None
    return look(run, digit.image, target, rival)


def _second(seen: Look, target: int) -> int | None:
    order = [int(c) for c in np.argsort(-seen.logits, kind="stable") if c != target]
    return order[0] if order else None


def _controls(subject: Subject, seen: Look, names: Names) -> int:
    """What is shown, in which order; returns how many terms of a sum."""
    here, classes = place.place(), names.classes
    with st.container(horizontal=True, vertical_alignment="bottom", key="look.controls"):
        here.order = st.segmented_control(
            "Cells in order of",
            list(ORDERS),
            default=here.order,
            required=True,
            key=ORDER,
            format_func=ORDERS.__getitem__,
            help="Contribution: an activation times the slope of the explained logit with respect "
            "to it. The first cell speaks most for the answer, the last one most against it.",
        )
        st.selectbox(
            "Explain",
            [ANSWER, *range(len(classes))],
            key=TARGET,
            format_func=lambda c: "the answer" if c == ANSWER else str(classes[c]),
            width=130,
            help="The class whose logit the contributions are measured on.",
        )
        st.selectbox(
            "compared with",
            [RIVAL, NOBODY, *range(len(classes))],
            key=AGAINST,
            format_func=lambda c: (
                {RIVAL: "true class or next best", NOBODY: "nothing"}.get(c) or str(classes[c])
            ),
            width=210,
            help="Then contributions are those to the difference of the two logits. If the answer "
            "is wrong, it is compared with the true class; otherwise, with the second-best class.",
        )
        _choose_unit(subject, names)
        more = st.toggle("10 terms", key=TERMS, help="Shows the 10 strongest terms, not only 5.")
    return MORE if more else FEW


def _choose_unit(subject: Subject, names: Names) -> None:
    here, sizes = place.place(), subject.run.network.sizes

    def typed() -> None:
        layer = int(session.get_control(LAYER))
        number = int(session.get_control(NUMBER, 0) or 0)
        _choose(subject, Unit(layer, min(number, sizes[layer] - 1)))

    st.selectbox(
        "Layer",
        range(1, len(sizes)),
        key=LAYER,
        on_change=typed,
        format_func=lambda n: "output" if n == names.last else str(n),
        width=110,
    )
    st.number_input(
        "Unit",
        0,
        sizes[here.unit.layer] - 1,
        key=NUMBER,
        on_change=typed,
        width=120,
        help="Or click a cell. By keyboard: Tab to a mosaic, the arrow keys, and Enter.",
    )


def clicked(subject: Subject) -> Callable[[Any], None]:
    """What to do with the unit that a browser says was clicked."""

    def take(sent: object) -> None:
        """Choose the unit that was clicked; ignore anything that is not one."""
        try:
            unit = place.read(str(sent)[:20], subject.run.network)
        except ValueError:
            return
        _choose(subject, unit)

    return take


def _choose(subject: Subject, unit: Unit) -> None:
    """Show this unit. For a callback."""
    place.choose(unit)
    _set_controls(subject)
    address.write()


def _set_controls(subject: Subject) -> None:
    unit = place.place().unit
    session.set_control(LAYER, unit.layer)
    session.set_control(NUMBER, unit.number)


def _picture(
    subject: Subject, digit: Digit, run: Run, seen: Look, names: Names, count: int
) -> dict[str, Any]:
    """All that the browser draws, as `pages.look.network.show` takes it."""
    here = place.place()
    start = weights.start_of(subject.run)
    change = weight_change(subject.run, here.unit, start)
    side = names.side or 1
    alt = "The input" if digit.label is None else f"The input, labeled {names.classes[digit.label]}"
    return {
        "chosen": str(here.unit),
        "legend": _legend(seen, names.classes),
        "digit": {
            "src": digits.data_uri(digit.image),
            "alt": alt,
            "side": side,
            "detail": f"{run.n_features:,} pixels",
        },
        "mosaics": [
            mosaics.mosaic(run, seen, layer, here.order, here.unit)
            for layer in range(1, len(seen.layers) + 1)
        ],
        "output": mosaics.output(seen, names.classes, digit.label),
        "sum": sums.unit_sum(run, seen, here.unit, names, count, change),
        "why": sums.why(run, seen, names, count),
        "passes": sums.passes(run, seen, here.unit, names, count),
        "pictures": weights.pictures(subject, run, seen, here.unit, names, change),
        "weights": weights.form(here.unit, names, len(change.after)),
        "changed": beat.once(
            "look.changed",
            subject.weights,
            lambda: weights.most_changed_line(subject.run, start, names),
        ),
    }


def _headline(seen: Look, classes: Sequence[str], digit: Digit) -> str:
    answer, share = (
        plain(str(classes[seen.answer])),
        percent(float(seen.probabilities[seen.answer])),
    )
    text = f"The network answers **{answer}** ({share})"
    if digit.label is None:
        return f"{text}."
    if digit.label == seen.answer:
        return f"{text}, which is right."
    name, its = plain(str(classes[digit.label])), percent(float(seen.probabilities[digit.label]))
    return f"{text}, but the true class is **{name}** ({its})."


def _legend(seen: Look, classes: Sequence[str]) -> str:
    other = "" if seen.against is None else f" and against {classes[seen.against]}"
    cells = (
        "A cell is a unit: the brighter, the higher its activation. The stripe at its foot is its "
    )
    return (
        f"{cells if seen.layers else 'Each output has a sum. A pixel has a '}contribution: blue "
        f"speaks for {classes[seen.target]}{other}, orange the other way. Click one for its sum. "
        "Lines lead to and from that unit only: solid blue adds, dashed orange subtracts."
    )
