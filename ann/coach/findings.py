"""Findings: what is wrong with a training, the most urgent first, each with its evidence.

Where nothing is found, nothing is said.
"""

from collections.abc import Callable
from math import isfinite
from typing import NamedTuple

from ann.coach import rules
from ann.coach.evidence import Evidence


class Finding(NamedTuple):
    """One fault: its name for programs, and what a learner needs to know."""

    name: str
    title: str  # what, in a few words
    evidence: str  # the number that says so
    why: str  # what happens there

    @property
    def text(self) -> str:
        """All of it in one line."""
        return f"{self.title}: {self.evidence} {self.why}"


class Rule(NamedTuple):
    """A fault that can be found: `evidence` is a sentence, or "" where there is none."""

    name: str
    title: str
    why: str
    evidence: Callable[[Evidence], str]


def find(e: Evidence) -> Finding | None:
    """The most urgent finding; None if nothing is wrong, or nothing is known yet."""
    for rule in RULES:
        if told := rule.evidence(e):
            return Finding(rule.name, rule.title, told, rule.why)
    return None


def health(e: Evidence) -> str:
    """What a healthy training that has ended is limited by; "" for any other one."""
    if not e.ended or e.accuracy < rules.HEALTHY or find(e):
        return ""
    validation = e.last("validation_accuracy")
    told = f"Healthy: it classifies {e.accuracy:.1%} of the training digits correctly"
    if not isfinite(validation):
        return f"{told}."
    told += f", and {validation:.1%} of the validation digits."
    if e.gap > 0.03:
        told += " The limit is the data: more digits, or augmentation, would narrow the gap."
    elif e.accuracy < rules.WELL:
        told += " The limit is the network or its training: try more neurons or more epochs."
    else:
        told += " Neither the data nor the network seems to be the limit."
    matrix = e.history.confusion
    if matrix is None or not (n := int(matrix.sum())):
        return told
    luck = 196 * (max(validation * (1 - validation), 0) / n) ** 0.5
    return f"{told} With {n:,} validation digits, ±{luck:.1f} points are chance."


RULES = (
    Rule(
        "zero_initialization",
        "All weights began at zero",
        "Neurons that start alike get the same gradient and stay alike forever.",
        rules.zeros,
    ),
    Rule(
        "initialization_too_large",
        "The initial weights are too large",
        "The signal grows from layer to layer, so the network starts out certain and wrong.",
        rules.large_start,
    ),
    Rule(
        "batch_of_one",
        "Batch norm has nothing to compare",
        "It normalizes each digit by the others in its batch; without others, nothing is left.",
        rules.alone,
    ),
    Rule(
        "learning_rate_too_large",
        "The learning rate is too large",
        "Each step overshoots, which can leave neurons that never respond again.",
        rules.large_steps,
    ),
    Rule(
        "vanishing_gradients",
        "The gradient vanishes on its way back",
        "Each layer shrinks it, so the first layers hardly learn.",
        rules.vanishing,
    ),
    Rule(
        "learning_rate_too_small",
        "The learning rate is too small",
        "At this pace, the weights take far too long to get anywhere.",
        rules.small_steps,
    ),
    Rule(
        "too_much_regularization",
        "Too much regularization",
        "With so much of it, the network can't learn even the training digits.",
        rules.held_back,
    ),
    Rule(
        "too_few_steps",
        "Too few steps",
        "The network was still learning when the training ended.",
        rules.few_steps,
    ),
    Rule(
        "network_too_small",
        "The network is too small",
        "It has no room for the differences between the classes, however long it trains.",
        rules.small_network,
    ),
    Rule(
        "dead_neurons",
        "Most neurons of a layer are dead",
        "A ReLU that is 0 for every digit gets no gradient, so it never comes back.",
        rules.dead,
    ),
    Rule(
        "overfitting",
        "The network overfits",
        "More digits would teach it what they have in common; augmentation makes new ones.",
        rules.overfitting,
    ),
    Rule(
        "nothing_held_out",
        "Nothing is held out",
        "Without validation digits you cannot see whether it recognizes digits it never saw.",
        rules.unjudged,
    ),
)
TITLES = {rule.name: rule.title for rule in RULES}
