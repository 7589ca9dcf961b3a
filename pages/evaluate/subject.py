"""On which digits the Evaluate page evaluates a network, and the results."""

from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from ann.evaluation.metrics import Evaluation, evaluate
from ann.run import Run
from pages.ui import session
from pages.ui.networks.subject import Subject, weights_hash

VALIDATION, TEST = "validation", "test"
MOST_RESULTS = 6  # remembered for a visitor; each is about 0.7 MB for 10,000 digits


@dataclass
class Memory:
    """What the Evaluate page remembers for a visitor."""

    results: OrderedDict[tuple[str, str, float, str], Evaluation | None] = field(
        default_factory=OrderedDict
    )  # (weights, data set, validation fraction, part) -> result


def part(judged: Subject, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 784) uint8 and labels (N,) of VALIDATION or TEST; N may be 0 for VALIDATION."""
    digits = judged.digits
    assert digits is not None, "without its data set a network cannot be evaluated"
    if name == TEST:
        return digits.test_images, digits.test_labels
    split = digits.split(judged.run.recipe.validation_fraction)
    return split.validation_images, split.validation_labels


def result(judged: Subject, name: str) -> Evaluation | None:
    """The evaluation on a part, computed once; None if the network's outputs are not finite."""
    results = session.keep(Memory).results
    run = judged.run
    key = (judged.weights, run.fingerprint, run.recipe.validation_fraction, name)
    if key not in results:
        images, labels = part(judged, name)
        probabilities = run.predict_proba(np.asarray(images))
        finite = bool(np.isfinite(probabilities).all())
        results[key] = evaluate(probabilities, labels) if finite else None
        while len(results) > MOST_RESULTS:
            results.popitem(last=False)
    return results[key]


def of_run(run: Run, judged: Subject) -> Subject:
    """Another network as a subject on the data set of this one. `ValueError` if it does not fit."""
    if (run.n_features, run.n_classes) != (judged.run.n_features, judged.run.n_classes):
        raise ValueError("its network has other inputs or outputs")
    return judged._replace(run=run, weights=weights_hash(run))
