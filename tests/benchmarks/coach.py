"""Is the coach right? `python -m tests.benchmarks.coach` trains recipes of known faults and asks.

Two lists: the zoo in `../shared/coach/zoo.json`, on which the thresholds were set, and
`coach_recipes.json` beside this file, written afterwards: other settings, other lengths, pictures
of 8x8 pixels, pictures as hard as clothes, and clothes, if Fashion-MNIST is on this machine. A run
counts as found if the coach says anything, and as right if it names the fault. `--cures` also
trains each cure: over five seeds, is it better than the run by more
than chance?
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from time import thread_time
from typing import Any, NamedTuple

import numpy as np
from sklearn.datasets import load_digits

import data
from ann.coach.advice import Advice, advise
from ann.coach.signals import watched
from ann.estimator.holdout import held_out
from ann.evaluation.significance import SEEDS, judge
from ann.finish import reached
from ann.history import History
from ann.recipe import Recipe
from ann.recipes.query import from_query
from ann.recipes.variants import reseed
from ann.state import Split, start
from ann.train import train

HERE = Path(__file__).parent
ZOO = HERE.parents[2] / "shared" / "coach" / "zoo.json"
OTHERS = HERE / "coach_recipes.json"
CLOTHES, AS_MANY = "fashion-mnist", 6_000  # of 60,000: about as many as the lab's own digits
BARS = {"found": 0.85, "right": 0.75, "accused": 0.03, "cured": 0.8}


class Case(NamedTuple):
    """A recipe and the finding that a good advisor names first; None if it is healthy."""

    name: str
    recipe: Recipe
    finding: str | None
    digits: int | None = None  # to learn from; None: all
    data: str = "mnist-5k"


class Outcome(NamedTuple):
    """What the coach said of a case with one seed."""

    case: Case
    seed: int
    said: str | None


def read(path: Path) -> list[Case]:
    """The cases in a file whose pictures are on this machine."""
    here = {info.name for info in data.available() if info.here}
    cases = []
    for entry in json.loads(path.read_text(encoding="utf-8")):
        if entry.get("data") == CLOTHES and CLOTHES not in here:
            continue
        recipe, messages = from_query(entry["settings"])
        assert not messages, messages
        name, finding = entry["name"], entry["finding"]
        cases.append(
            Case(name, recipe, finding, entry.get("digits"), entry.get("data", "mnist-5k"))
        )
    return cases


@lru_cache(maxsize=4)
def split_of(name: str, validation_fraction: float) -> Split:
    """Digits to learn from and to validate on."""
    if name == "digits8":
        pixels, labels = load_digits(return_X_y=True)
        return held_out((pixels * (255 / 16)).astype(np.uint8), labels, validation_fraction)
    if name == CLOTHES:
        clothes = data.load(name)
        return held_out(clothes.images[:AS_MANY], clothes.labels[:AS_MANY], validation_fraction)
    base, _, change = name.partition("+")
    split = Split(*map(np.asarray, data.load(base).split(validation_fraction=validation_fraction)))
    if not change:
        return split
    rng, worsen = np.random.default_rng(7), {"hard": blended, "labels": mislabeled}[change]
    train, held = (worsen(rng, x, y) for x, y in (split[:2], split[2:]))
    return Split(*train, *held)


def blended(
    rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Thick digits with a share of another one and noise: as hard to tell apart as clothes."""
    pictures = x.reshape(-1, 28, 28).astype(np.float32)
    moves = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    thick = np.minimum(255, 0.6 * sum(np.roll(pictures, move, (1, 2)) for move in moves))
    share = rng.uniform(0, 0.45, (len(x), 1, 1))
    mixed = thick * (1 - share) + thick[rng.permutation(len(x))] * share
    noisy = mixed + rng.normal(0, 25, mixed.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8).reshape(x.shape), y


def mislabeled(
    rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """15% of the labels drawn at random."""
    wrong = rng.random(len(y)) < 0.15
    return x, np.where(wrong, rng.integers(0, 10, len(y)), y)


def trained(case: Case, recipe: Recipe) -> tuple[Advice | None, float]:
    """What the coach says at the end, and the validation accuracy reached."""
    split = split_of(case.data, recipe.validation_fraction)
    if case.digits:
        split = split._replace(
            train_x=split.train_x[: case.digits], train_y=split.train_y[: case.digits]
        )
    state, history = start(recipe, split, 10), History()
    for event in watched(state, split):
        history.add(event)
    return advise(state, history), reached(state, history)


def examine(cases: Iterable[Case], seeds: int) -> Iterator[Outcome]:
    """Train each case with each seed, and ask the coach."""
    for case in cases:
        for seed in range(seeds):
            advice, _ = trained(case, replace(case.recipe, seed=seed))
            yield Outcome(case, seed, advice.finding.name if advice else None)


def rates(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """The shares that the bars are set on.

    >>> sick, well = Case("", Recipe(), "overfitting"), Case("", Recipe(), None)
    >>> rates([Outcome(sick, 0, "overfitting"), Outcome(sick, 1, "x"), Outcome(well, 0, None)])
    {'found': 1.0, 'right': 0.5, 'accused': 0.0}
    """
    told = list(outcomes)
    sick = [o for o in told if o.case.finding] or [Outcome(Case("", Recipe(), "-"), 0, "-")]
    well = [o for o in told if not o.case.finding]
    return {
        "found": sum(o.said is not None for o in sick) / len(sick),
        "right": sum(o.said == o.case.finding for o in sick) / len(sick),
        "accused": sum(o.said is not None for o in well) / max(len(well), 1),
    }


def cured(case: Case) -> dict[str, Any] | None:
    """How much better the cure of the first seed's finding is, over SEEDS seeds; None without."""
    advice, _ = trained(case, case.recipe)
    if not advice or not advice.cure or advice.finding.name == "nothing_held_out":
        return None
    sick, well = (
        [trained(case, recipe)[1] for recipe in reseed(base, SEEDS, 0)]
        for base in (case.recipe, advice.cure)
    )
    verdict = judge(sick, well, paired=True)
    assert verdict
    better = verdict.real and verdict.difference > 0
    return {"change": advice.change, "better": better, "verdict": verdict}


def cost(rounds: int = 9) -> float:
    """The share of processor time that watching adds to a training of the defaults.

    With and without in turn, and the fastest of each: what else the machine does only slows down.
    """
    split, fastest = split_of("mnist-5k", 0.15), {train: float("inf"), watched: float("inf")}
    for _ in range(rounds):
        for loop in fastest:
            state, began = start(Recipe(), split), thread_time()
            for _ in loop(state, split):
                pass
            fastest[loop] = min(fastest[loop], thread_time() - began)
    return fastest[watched] / fastest[train] - 1


def main() -> None:
    """Print a line for each case that was not as it should be, and the shares beside the bars."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, help="train each case for so long instead")
    parser.add_argument("--only", help="cases whose name holds this")
    parser.add_argument("--cures", action="store_true", help="measure the cures instead")
    parser.add_argument("--cost", action="store_true", help="measure what watching costs instead")
    args = parser.parse_args()
    if args.cost:
        print(f"watching adds {cost():.2%} of processor time (bar: 1%)")
        return
    for path in (ZOO, OTHERS):
        if not path.exists():
            continue
        cases = [case for case in read(path) if not args.only or args.only in case.name]
        if args.epochs:
            cases = [c._replace(recipe=replace(c.recipe, epochs=args.epochs)) for c in cases]
        print(f"{path.name}: {len(cases)} recipes")
        if args.cures:
            judged = [(c, found) for c in cases if c.finding and (found := cured(c))]
            for case, found in judged:
                v = found["verdict"]
                interval = f"{v.low:+.1%} to {v.high:+.1%}"
                print(f"  {case.name}: {found['change']}: {v.difference:+.1%} ({interval})")
            share = sum(found["better"] for _, found in judged) / max(len(judged), 1)
            print(f"  cured {share:.0%} of {len(judged)} (bar: {BARS['cured']:.0%})")
            continue
        outcomes = []
        for outcome in examine(cases, args.seeds):
            outcomes.append(outcome)
            if outcome.said != outcome.case.finding:
                case, seed, said = outcome
                print(f"  {case.name}, seed {seed}: {case.finding}, but it said {said}")
        for name, share in rates(outcomes).items():
            print(f"  {name} {share:.0%} (bar: {BARS[name]:.0%})")


if __name__ == "__main__":
    main()
