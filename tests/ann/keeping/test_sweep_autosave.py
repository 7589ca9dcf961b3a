"""Sweeps are saved while they run."""

import gc
import os

import pytest

from ann.keeping.sweep_autosave import SweepAutosave
from ann.search.sweep import Sweep
from tests.ann.sweeps import interrupted, plan_of, run_to_the_end
from tests.waiting import wait_until

ANN, BEN = "a" * 43, "b" * 43


def test_a_sweep_is_saved_while_it_runs_and_leaves_memory_after_it(pool, source, saved_sweeps):
    saver, plan = SweepAutosave(saved_sweeps, every=0.01), plan_of()
    try:
        sweep = Sweep(pool, source, plan, n_classes=4)
        saver.watch(ANN, source.fingerprint, sweep)
        interrupted(sweep, 3)
        wait_until(lambda: not saver.busy(ANN))
        number = saved_sweeps.newest(ANN)
        assert saver.number(sweep) == number
        assert saved_sweeps.open(ANN, number).results.trials == sweep.results().trials
        assert saver.live(ANN) == (sweep, source.fingerprint) and not saver.live(BEN)
        run_to_the_end(sweep)
        wait_until(lambda: not saver.busy(ANN))
        assert saved_sweeps.newest(ANN) == number, "it was written to the same row"
        assert {r[0].status for r in saved_sweeps.open(ANN, number).results.trials} == {"finished"}
        del sweep  # as with the session of a closed page
        # again and again: a worker's callback may still hold it for a moment
        wait_until(lambda: gc.collect() >= 0 and saver.live(ANN) is None)
    finally:
        saver.close()


def test_two_pages_that_reopen_a_saved_sweep_at_once_share_one(pool, source, saved_sweeps):
    plan = plan_of()
    first = interrupted(Sweep(pool, source, plan, n_classes=4), 3)
    number, saver = (
        saved_sweeps.save(ANN, source.fingerprint, plan, first.results()),
        SweepAutosave(saved_sweeps),
    )
    try:
        made = [Sweep(pool, source, plan, n_classes=4, earlier=first.results()) for _ in "ab"]
        shown = [saver.watch(ANN, source.fingerprint, sweep, number) for sweep in made]
        assert shown == [made[0], made[0]]
        other = Sweep(pool, source, plan, n_classes=4)
        assert saver.watch(ANN, source.fingerprint, other) is other, "that one is new"
    finally:
        saver.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
def test_a_sweep_is_saved_anew_if_somebody_deletes_the_file_meanwhile(pool, source, saved_sweeps):
    saver, plan = SweepAutosave(saved_sweeps, every=0.01), plan_of()
    try:
        sweep = Sweep(pool, source, plan, n_classes=4)
        saver.watch(ANN, source.fingerprint, sweep)
        interrupted(sweep, 3)
        wait_until(lambda: not saver.busy(ANN))
        for end in ("", "-wal", "-shm"):
            saved_sweeps._db.path.with_name(saved_sweeps._db.path.name + end).unlink()
        assert saved_sweeps.newest(ANN) is None
        other = saved_sweeps.save(ANN, "another", plan, sweep.results())
        run_to_the_end(sweep)
        wait_until(lambda: not saver.busy(ANN))
        assert len(saved_sweeps.list(ANN)) == 2 and saver.number(sweep) != other
        assert saved_sweeps.open(ANN, other).fingerprint == "another", "it was overwritten"
        found = saved_sweeps.open(ANN, saver.number(sweep)).results
        assert {trial[0].status for trial in found.trials} == {"finished"}
    finally:
        saver.close()
