"""The smallest change found that flips the answer: an adversarial example.

This is a fragment: a choice reruns only this part of the page.
"""

import numpy as np
import streamlit as st

from ann.inside import flip, passes, why
from ann.inside.flip import L2, LINF, Flip
from ann.run import Run
from ann.version import digest
from pages.ui import session
from pages.ui.inside import computed, signed
from pages.ui.inside.subject import Shown, Subject
from pages.ui.server import workers
from pages.ui.words import fitting, percent, plain

NORM, TARGET = "why.norm", "why.flip"
ANY = -1
NORMS = {LINF: "Largest (L∞)", L2: "Length (L2)"}
AT_ONCE = 2e9  # multiply-adds that need no worker: up to a third of a second
MOST_WORK = 6e10  # for which a huge network's search ends early
TOWARD = 200  # training digits to begin with where slopes lead nowhere
CHANCES = 100  # random changes of the same size
SIDE = 168  # pixels of a picture: two fit side by side on a phone


@workers.fragment
def show(shown: Shown) -> None:
    """Choose how to measure the change, and the new answer; then what was found."""
    subject, digit = shown
    names = subject.digits.class_names
    before = int(subject.run.predict_proba(digit.image[None])[0].argmax())
    norm, target = _choose(subject, before)
    found = _found(shown, norm, target)
    if found is None:
        return
    flipped, by_chance = found
    if flipped is None:
        whom = "another answer" if target is None else f"the answer {names[target]}"
        st.info(
            f"No change was found that leads to {plain(whom)}. Where the slopes are 0, as in a "
            "network whose neurons are all off, they give no direction to search in.",
            icon=":material/search_off:",
        )
        return
    _pictures(shown, flipped)
    _say(subject, flipped, norm, by_chance)


def search(
    run: Run, x: np.ndarray, norm: str, target: int | None, others: np.ndarray
) -> tuple[Flip | None, int]:
    """The smallest change found, and how many of CHANCES random ones of its size flip, too."""
    answers = run.predict_proba(others).argmax(axis=1)
    before = run.predict_proba(x[None]).argmax()
    toward = others[answers != before if target is None else answers == target][:3]
    rounds = int(MOST_WORK // (_per_round(run) * run.network.n_weights))
    found = flip.smallest_change(
        run, x, norm, target, toward, rounds=min(max(rounds, 2), flip.ROUNDS)
    )
    if found is None:
        return None, 0
    return found, flip.flips_by_chance(run, x, found, norm, CHANCES)


def _found(shown: Shown, norm: str, target: int | None) -> tuple[Flip | None, int] | None:
    """What `search` returns, here or from a worker; None, with a line that says so, until then."""
    subject, digit = shown
    run = subject.run
    split = subject.digits.split(run.recipe.validation_fraction)
    n = min(TOWARD, passes.affordable(run, AT_ONCE))
    key = ("flip", subject.weights, digest([digit.image]), norm, target)
    others = np.asarray(split.train_images[:n])
    if 6 * _per_round(run) * run.network.n_weights < AT_ONCE:
        return computed.here(key, search, run, digit.image, norm, target, others)
    found = computed.get(key, search, computed.sent(run), digit.image, norm, target, others)
    if found is None:
        computed.progress(key, "Searching in a worker, as this network is large")
    return found


def _per_round(run: Run) -> int:
    """About how many digits are passed through the network for one linearization."""
    return 3 * run.n_classes + 2 * flip.TRIED


def _choose(subject: Subject, before: int) -> tuple[str, int | None]:
    names = subject.digits.class_names
    others = [c for c in range(len(names)) if c != before]
    if session.get_control(TARGET, ANY) not in [ANY, *others]:
        session.set_control(TARGET, ANY)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        norm = st.segmented_control(
            "Size of a change",
            list(NORMS),
            default=LINF,
            required=True,
            format_func=NORMS.__getitem__,
            key=NORM,
            help="L∞ is the largest change of any pixel: the smallest such change moves all pixels "
            "a little. L2 is the length of the change as a vector: the smallest such change moves "
            "most those pixels that matter most.",
        )
        target = st.selectbox(
            "New answer",
            [ANY, *others],
            format_func=lambda c: "any other" if c == ANY else names[c],
            key=TARGET,
            width=180,
            help="A particular new answer takes at least as large a change as just any other.",
        )
    return norm, None if target == ANY else target


def _pictures(shown: Shown, found: Flip) -> None:
    """The digit, the change and the changed digit, each with the network's answer."""
    subject, digit = shown
    names, run = subject.digits.class_names, subject.run
    p = run.predict_proba(np.stack([digit.image.astype(np.float32), found.changed]))
    change = found.changed - digit.image
    named = [
        f"{names[c]} ({percent(float(p[k, c]))})" for k, c in enumerate((found.before, found.after))
    ]
    pictures = [
        signed.digit(digit.image, f"The network's answer: {named[0]}", size=SIDE),
        signed.figure(
            change,
            why.picture_side(len(change)),
            "The change, in gray levels: blue is lighter, orange darker",
            size=SIDE,
            alt=f"The change: {np.count_nonzero(change):,} of {len(change):,} pixels differ",
        ),
        signed.digit(np.rint(found.changed), f"The network's answer: {named[1]}", size=SIDE),
    ]
    st.html(f'{signed.STYLE}<div class="signed-row">{"".join(pictures)}</div>')


def _say(subject: Subject, found: Flip, norm: str, by_chance: int) -> None:
    """The size of the change in numbers, and what chance does with the same size."""
    names = subject.digits.class_names
    before, after = plain(names[found.before]), plain(names[found.after])
    share = found.largest / 255
    size = (
        f"No pixel changes by more than **{found.largest:.1f} of 255 gray levels: ε = {share:.3f}**"
        if norm == LINF
        else f"The change is **{found.length:.0f} gray levels long (ε = {found.length / 255:.2f} "
        f"in units of 255)**, and no pixel changes by more than {found.largest:.0f}"
    )
    st.markdown(
        f"{size}; that turns **{before}** into **{after}**. Of {CHANCES} random changes of the "
        f"same size, {by_chance:,} flip the answer."
    )
    st.caption(
        fitting(
            "A digit changed like this is called an adversarial example: the change is chosen to "
            "fool the network, and often too small for people to notice. It is the smallest one "
            "found by following the slopes; there may be a smaller one.",
            names,
        )
    )
