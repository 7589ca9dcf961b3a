"""Train a run again, and look at the network on the way.

A training depends on nothing but its recipe, its digits and the settings that were changed midway,
which its history has recorded step by step. So nothing of its past need be stored: trained again,
it passes through the same weights, bit for bit, and ends with the network that was kept.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from ann.events import Event, Finished
from ann.history import MOST_CHANGES, Change
from ann.inside import frames
from ann.inside.frames import Frame
from ann.recipe import LIVE_FIELDS, Recipe
from ann.run import Run
from ann.state import Split, State
from ann.train import train

DOUBLING = 512  # up to this step, each frame comes after twice as many steps as the one before
EXTENDED = "epochs"  # the change that lets a training which has done all its epochs continue


class Plan(NamedTuple):
    """All that must be known of a run to train it again; the digits are the same."""

    recipe: Recipe  # at the first step
    changes: tuple[Change, ...]  # of settings, in order
    step: int  # the last one
    epoch: int  # whole epochs done by then
    reason: str  # why the training is over; empty if it is not, or was stopped

    @classmethod
    def of(cls, run: Run) -> "Plan":
        """How to train this run again. `ValueError` says why that is impossible."""
        changes = tuple(run.history.changes)
        if len(changes) >= MOST_CHANGES:
            raise ValueError(
                f"Its settings were changed {MOST_CHANGES} times or more while it trained, and "
                "only that many changes are recorded."
            )
        recipe = run.recipe
        try:
            for step, _, name, old, _ in reversed(changes):
                if name not in (*LIVE_FIELDS, EXTENDED) or not 0 <= step <= run.step:
                    raise ValueError(name)
                recipe = _changed(recipe, name, old)
            plan = cls(recipe, changes, run.step, run.epoch, run.reason)
            for step, *_ in changes:
                plan.settings(step, run.epoch)
        except (TypeError, ValueError):
            raise ValueError("The record of the settings changed midway is damaged.") from None
        return plan

    def settings(self, step: int, epoch: int) -> Recipe:
        """The recipe after this many steps and whole epochs."""
        recipe = self.recipe
        for at, _, name, old, new in self.changes:
            # an extension begins when all the epochs so far are done, not with their last step
            if at <= step and (name != EXTENDED or epoch >= int(str(old))):
                recipe = _changed(recipe, name, new)
        return recipe

    def is_over(self, state: State) -> bool:
        """Whether this state has come as far as the run did, if no reason ends it."""
        if self.reason:
            return state.step > self.step
        return (state.step, state.epoch) >= (self.step, self.epoch)

    def next_stop(self, step: int, stops: Collection[int]) -> int:
        """The first step after this one at which there is something to do."""
        changes = (at for at, *_ in self.changes)
        return min((s for s in (*stops, *changes, self.step) if s > step), default=step + 1)


def _changed(recipe: Recipe, name: str, value: Any) -> Recipe:
    return replace(recipe, **{name: value})


def again(
    state: State, split: Split, plan: Plan, stops: Collection[int], *, whole: bool = False
) -> Iterator[Event | Frame]:
    """Train `state` in place as the run of this plan was trained, with a frame at each of `stops`.

    It may begin anywhere on the way, and goes as far as the last of the stops. After the last step
    of an epoch, the frame comes when the epoch has been closed. At the end of the run comes a frame
    of the network that it leaves; where the end brings back other weights, such as those of the
    best epoch, the last step's come first, in a frame of their own. Then comes a `Finished`, whose
    reason is empty unless it is the end of the training itself.

    A frame holds a copy of the judged weights, measured; with `whole` it holds a copy of the whole
    state, not measured.

    >>> import numpy as np
    >>> from ann.state import start
    >>> x, y = np.eye(4), np.arange(4)
    >>> split = Split(x, y, x[:0], y[:0])
    >>> plan = Plan(Recipe(hidden_sizes=(8,), batch_size=2), (), step=5, epoch=2, reason="")
    >>> events = again(start(plan.recipe, split), split, plan, stops=(0, 2, 5))
    >>> [(event.step, event.epoch) for event in events if isinstance(event, Frame)]
    [(0, 0.0), (2, 1.0), (5, 2.5)]
    """
    look = frames.whole if whole else frames.look_at
    n_samples = plan.recipe.training_size(len(split.train_x))
    while True:
        state.recipe = plan.settings(state.step, state.epoch)
        ends_epoch = state.position == n_samples and not plan.is_over(state)  # and has yet to
        if state.step in stops and not ends_epoch:
            yield look(state, split)
        far = max(stops, default=plan.step) <= state.step < plan.step
        if plan.is_over(state) or (far and not ends_epoch):
            yield Finished("", "")
            return
        until = state.step if ends_epoch else plan.next_stop(state.step, stops)
        trained = None
        for event in train(state, split):
            if isinstance(event, Finished):  # which has brought back the weights that are kept
                break
            yield event
            if state.reason:
                trained = look(state, split)
            elif state.step >= until and (state.position < n_samples or plan.is_over(state)):
                break
        if not state.reason:
            continue
        kept = look(state, split)
        if trained and state.step in stops and not frames.alike(trained, kept):
            yield trained
        if plan.settings(state.step, state.epoch).epochs > state.recipe.epochs:
            state.reason = ""  # it was extended
            continue
        yield kept
        yield event
        return


def frame_steps(plan: Plan, epoch_steps: Collection[int], most: int) -> tuple[int, ...]:
    """The steps of the frames: 0, 1, 2, 4, … 512, then the end of each epoch, and the last step.

    `epoch_steps` are the steps with which the epochs ended. If there are more than `most` of them,
    which is at least 2, some are left out: epochs first, at equal distances.

    >>> plan = Plan(Recipe(), (), step=1300, epoch=6, reason="")
    >>> frame_steps(plan, range(200, 1300, 200), 99)
    (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 800, 1000, 1200, 1300)
    >>> frame_steps(plan, range(200, 1300, 200), 13)
    (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 800, 1300)
    """
    doubling = [0, *(2**k for k in range(DOUBLING.bit_length()))]
    first = [step for step in doubling if step < plan.step]
    later = sorted({int(s) for s in epoch_steps if DOUBLING < s < plan.step} | {plan.step})
    room = most - len(first)
    if room < 1:
        return tuple(_thinned([*first, plan.step], most))
    return tuple([*first, *_thinned(later, room, from_end=True)])


def _thinned(steps: list[int], most: int, *, from_end: bool = False) -> list[int]:
    """At most `most` of these steps, at equal distances, with the last and mostly the first."""
    if len(steps) <= most:
        return steps
    if from_end:
        picked = [round((k + 1) * len(steps) / most) - 1 for k in range(most)]
    else:
        picked = [round(k * (len(steps) - 1) / (most - 1)) for k in range(most)]
    return [steps[k] for k in picked]
