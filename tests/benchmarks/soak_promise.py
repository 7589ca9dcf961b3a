"""What a soak's learners were promised, and whether the archive holds it.

`Visit` is what one learner saw. `Checker` looks for her training among the saved runs: a finished
one must have the weights of the same training without any trouble, bit for bit, and an unfinished
one must come to those weights when it continues.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ann.keeping.database import ArchiveError
from ann.keeping.runs import Archive
from ann.keeping.summary import SavedRun
from ann.recipe import Recipe
from ann.running.view import Status
from ann.state import Split, State, start
from ann.train import train
from data import Dataset
from pages.ui.server.visitor import COOKIE

SEEN_SECONDS = 15.0  # of training, after which a run is promised to be saved
RETRY = 60.0  # seconds until what a full disk refused has been saved after all
UNDISTURBED = 120.0  # the same, if the disk is full again meanwhile
BEHIND_SECONDS = 20.0  # what a killed server may lose of a run that has been saved once
MOST_CONTINUED = 20  # unfinished runs that are trained to their end, chosen at random


@dataclass
class Visit:
    """One learner and what her pages showed, with times of the monotonic clock."""

    recipe: Recipe
    cookie: str
    began: float = float("nan")  # when the first epoch was seen
    seen: float = float("nan")  # when progress was last seen
    epochs: float = 0.0
    progress: list[tuple[float, float]] = field(default_factory=list)  # when, and epochs then
    disk_full_at: float = -1e9  # when the disk was last seen full during this visit
    deleted_at: float = -1e9  # when the archive was last deleted during this visit
    left: bool = False  # before the end
    over: bool = False  # she won't come back
    continued: int = 0  # times, after the server had been killed
    not_offered: bool = False  # to continue, when she came back

    def promised(self, upsets: Sequence[float]) -> bool:
        """Whether this training must be found among the saved runs.

        `upsets` are the times when the server was killed or the archive deleted: what a full disk
        refused shortly before is lost then.
        """
        seconds = self.seen - max(self.began, self.deleted_at)  # NaN if nothing was seen
        finished = self.finished and self.deleted_at < self.began
        full_at = self.disk_full_at
        retried = self.seen - full_at > RETRY or not any(
            full_at <= upset < full_at + UNDISTURBED for upset in upsets
        )
        return (seconds >= SEEN_SECONDS or finished) and retried

    @property
    def finished(self) -> bool:
        """Whether the page showed the end; the curve's last point may stand before it."""
        return self.epochs >= self.recipe.epochs - 1

    @property
    def least_epochs(self) -> float:
        """How many epochs must have been saved: what was seen some time before the end."""
        until = self.seen - BEHIND_SECONDS
        return max((epochs for when, epochs in self.progress if when <= until), default=0.0)

    def note(self, now: float, epochs: float) -> None:
        """The page shows so many epochs."""
        if epochs > self.epochs:
            self.epochs, self.seen = epochs, now
            self.progress.append((now, epochs))
            if epochs >= 1 and not self.began >= 0:
                self.began = now


def weights_at_the_end(state: State, split: Split) -> bytes:
    """Train to the end; the weights then."""
    for _ in train(state, split):
        pass
    return state.judged[0].tobytes()


@cache
def reference(recipe: Recipe, dataset: Dataset) -> bytes:
    """The weights of a training without any trouble."""
    split = Split(*dataset.split(recipe.validation_fraction))
    return weights_at_the_end(start(recipe, split), split)


class Checker:
    """Looks for trainings in the archive, and in the backups made before it was deleted."""

    def __init__(self, path: Path, backups: list[Path], dataset: Dataset):
        self._dataset = dataset
        self._archives = [Archive(file) for file in (path, *reversed(backups))]
        self._random, self._continued = random.Random(0), 0

    def check(self, visit: Visit) -> str:
        """What became of a training: "finished", "continues", or what is wrong with it."""
        sent = dict(part.split("=", 1) for part in visit.cookie.split("; "))[COOKIE]
        visitor = sent.partition(".")[0]
        try:
            for archive in self._archives:
                if saved := archive.list(visitor):
                    return self._outcome(saved, visit, visitor, archive)
            return "LOST: not saved"
        except ArchiveError as error:
            return f"LOST: {error}"

    def check_all(self, promised: list[Visit]) -> dict[str, int]:
        """{outcome: how many}, of all visits that were promised something."""
        outcomes: dict[str, int] = {}
        for visit in self._random.sample(promised, len(promised)):
            outcome = self.check(visit)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        return outcomes

    def close(self) -> None:
        """Close all files."""
        for archive in self._archives:
            archive.close()

    def _outcome(
        self, saved: tuple[SavedRun, ...], visit: Visit, visitor: str, archive: Archive
    ) -> str:
        if len(saved) != 1:
            return f"WRONG: {len(saved)} runs are saved"
        run, expected = saved[0], reference(visit.recipe, self._dataset)
        after = " after a killed server" if visit.continued else ""
        if run.status == Status.FINISHED and run.summary.epochs >= visit.recipe.epochs:
            same = archive.open(visitor, run.id).theta.tobytes() == expected
            return ("finished" if same else "WRONG: other weights") + after
        if visit.not_offered:
            return "WRONG: Continue training was not offered"
        if run.summary.epochs < visit.least_epochs:
            return "LOST: epochs"
        try:
            state = archive.progress(visitor, run.id).state
        except ArchiveError:
            return "LOST: its state"
        if self._continued == MOST_CONTINUED:
            return "unfinished, can continue (not tried)"
        self._continued += 1
        split = Split(*self._dataset.split(visit.recipe.validation_fraction))
        same = weights_at_the_end(state, split) == expected
        return "unfinished, continued" if same else "WRONG: other weights when continued"
