"""The network for one digit: its mosaics, one unit's sums, and changes on a copy.

This is a fragment: a click reruns only this part of the page.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from ann.inside.look import Look, Unit, look, weight_change
from ann.run import Run
from pages.look import card, controls, edits, effect, mosaics, network, place, sums, tune, weights
from pages.look.controls import AGAINST, ANSWER, CHANGE, RIVAL, TARGET, clicked, set_unit
from pages.look.names import Names
from pages.ui import digits, session
from pages.ui.inside import pictures, signed
from pages.ui.inside.subject import Digit, Shown, Subject
from pages.ui.links import address
from pages.ui.live import beat
from pages.ui.server import workers
from pages.ui.words import percent, plain

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
    set_unit(subject)
    address.show(unit=str(here.unit) if here.by_visitor else None)


@workers.fragment
def show(shown: Shown) -> None:
    """The whole view of one network and one digit."""
    pictures.rerun_if_clicked()
    subject, digit = shown
    tune.banner(subject)
    run, seen, here = edits.applied(subject), _look(subject, digit), place.place()
    if not seen.finite:
        st.error("The outputs of this copy are not finite, so there is nothing to show.")
        return
    classes = subject.digits.class_names
    names = Names(classes, weights.side(run.n_features), len(run.network.sizes) - 1)
    st.markdown(_headline(seen, classes, digit))
    count = controls.show(subject, seen, names)
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
        tune.controls(subject, unit)
        effect.show(subject, code)
        st.caption(
            "One unit usually costs 0 to 0.3 points of accuracy, well within the ±2 points that "
            f"chance alone makes on 600 {subject.things}. So look at the {subject.things}, not at "
            "the accuracy."
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
