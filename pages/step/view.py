"""The view of one step: which step, on what, of which weight; the chain; and the open card.

This is a fragment: a click reruns only this part of the page.
"""

import streamlit as st

from ann.augment import augments
from ann.inside.lines import WeightLines
from ann.inside.step import OneStep
from ann.inside.weight_step import WeightStep, weight_step
from ann.optimizers import OPTIMIZERS
from ann.state import State
from pages.step import cards, chain, choose, loss, place, taken, update
from pages.step.names import Names
from pages.step.place import CARDS, StepPlace
from pages.step.taken import Taken
from pages.ui import session, words
from pages.ui.inside import rewind
from pages.ui.inside.numbers import three
from pages.ui.inside.subject import Shown, Subject
from pages.ui.server import workers
from pages.ui.words import figures, percent

CARD = "step.card"
TITLES = {
    "forward": ":material/arrow_forward: Forward",
    "loss": ":material/trending_down: Loss",
    "backward": ":material/arrow_back: Backward",
    "gradient": ":material/change_history: Gradient",
    "update": ":material/update: Update",
}


@workers.fragment
def show(shown: Shown) -> None:
    """Everything below the bar."""
    subject, digit = shown
    here, names = place.place(), Names.of(subject)
    state = rewind.state_at(subject, subject.run.step)
    if state is None:
        rewind.progress()
        return
    controls = st.container(horizontal=True, vertical_alignment="bottom", key="step.controls")
    with controls:
        choose.on_what(digit, here, names)
    try:
        found = taken.take(subject, digit, state, here)
    except ValueError as error:
        st.warning(words.plain(str(error)), icon=":material/warning:")
        return
    with controls:
        choose.weight(found, here, names)
    choose.row(found, here, names)
    if here.whole and found.one.n > 1 and taken.holds(found.one, digit) is None:
        st.caption(
            f"The {names.thing} chosen above is not in this batch, so another one is shown. "
            f"Training {names.thing}s come once in each epoch, validation {names.thing}s never."
        )
    weight = weight_step(found.one, found.row, *found.weight)
    st.markdown(f"{_about(subject, state, found, names)} {_moves(weight, here, names)}")
    for note in _notes(state, found.one, names):
        st.caption(note)
    st.html(chain.row(weight, here.card, names.thing))
    card = st.segmented_control(
        "Card",
        CARDS,
        default=here.card,
        required=True,
        key=CARD,
        format_func=TITLES.__getitem__,
        on_change=_opened,
        label_visibility="collapsed",
    )
    lines = WeightLines(found.one, found.row, *found.weight)
    with st.container(border=True, key="step.open"):
        if card == "forward":
            cards.forward(found, lines, names)
        elif card == "loss":
            loss.show(found, lines, names)
        elif card == "backward":
            cards.backward(found, lines, names)
        elif card == "gradient":
            update.gradient(found, weight, lines, names)
        else:
            update.update(found, weight, lines, names)


def _opened() -> None:
    place.place().card = session.get_control(CARD, CARDS[0])
    place.changed()


def _moves(weight: WeightStep, here: StepPlace, names: Names) -> str:
    """What the step does to the weight, in a sentence."""
    name = names.weight(weight.layer, weight.i, weight.j)
    by = f"by **{three(weight.after - weight.before)}**, from {three(weight.before)} to "
    by += f"{three(weight.after)}"
    if here.weight is not None:
        return f"The step moves the weight **{name}** {by}."
    return (
        f"Of all weights that this {names.thing} has a gradient for, the step moves **{name}** "
        f"most: {by}."
    )


def _notes(state: State, one: OneStep, names: Names) -> list[str]:
    """What makes this step another one than a learner may expect."""
    recipe, notes = one.recipe, []
    if state.reason:
        notes.append(
            "The training is over: this is the step that would come next, from the weights that "
            "it has left."
        )
    if augments(recipe) and one.samples is not None:
        notes.append(
            f"Training changes each {names.thing} a little at random, so this batch holds changed "
            f"{names.thing}s."
        )
    if recipe.batch_norm and one.samples is None:
        notes.append(
            f"Batch norm needs a batch, so this {names.thing} takes the place of the first one in "
            "the training's next batch."
        )
    if recipe.ema:
        notes.append(
            "With weight averaging (EMA), these are the weights that are trained, not the "
            "averages that are judged and saved."
        )
    return notes


def _about(subject: Subject, state: State, found: Taken, names: Names) -> str:
    """Which step this is, in a sentence."""
    one, recipe = found.one, found.one.recipe
    p = float(one.probabilities[found.row].max())
    answer = names.classes[int(one.probabilities[found.row].argmax())]
    epoch = state.epochs_done(len(taken.split_of(subject).train_x))
    return (
        f"Step **{one.after.step:,}**, after {figures(epoch)} of {recipe.epochs:,} epochs: "
        f"{OPTIMIZERS[recipe.optimizer].label}, learning rate {three(one.rate)}, on "
        f"{words.counted(one.n, names.thing)}. In this step the network answers **{answer}** "
        f"({percent(p)}); right is **{names.classes[int(one.y[found.row])]}**."
    )
