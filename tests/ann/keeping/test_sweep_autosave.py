"""Sweeps are saved while they run."""

import gc

from ann.keeping.sweep_autosave import SweepAutosave
from ann.search.sweep import Sweep
from tests.ann.sweeps import cut_off, plan_of, run_to_the_end
from tests.waiting import wait_until

ANN, BEN = "a" * 43, "b" * 43


def test_the_keeper_writes_a_sweep_as_it_goes_and_lets_it_go_when_it_rests(
    pool, source, saved_sweeps
):
    keeper, plan = SweepAutosave(saved_sweeps, every=0.01), plan_of()
    try:
        sweep = Sweep(pool, source, plan, n_classes=4)
        keeper.watch(ANN, source.fingerprint, sweep)
        cut_off(sweep, 3)
        wait_until(lambda: not keeper.busy(ANN))
        number = saved_sweeps.newest(ANN)
        assert keeper.number(sweep) == number
        assert saved_sweeps.open(ANN, number).results.trials == sweep.results().trials
        assert keeper.live(ANN) == (sweep, source.fingerprint) and not keeper.live(BEN)
        run_to_the_end(sweep)
        wait_until(lambda: not keeper.busy(ANN))
        assert saved_sweeps.newest(ANN) == number, "written to its own row"
        assert {r[0].status for r in saved_sweeps.open(ANN, number).results.trials} == {"finished"}
        del sweep  # as with the session of a closed page
        gc.collect()
        wait_until(lambda: keeper.live(ANN) is None)
    finally:
        keeper.close()


def test_two_pages_that_bring_a_kept_sweep_back_at_once_go_on_with_one(pool, source, saved_sweeps):
    plan = plan_of()
    first = cut_off(Sweep(pool, source, plan, n_classes=4), 3)
    number, keeper = (
        saved_sweeps.save(ANN, source.fingerprint, plan, first.results()),
        SweepAutosave(saved_sweeps),
    )
    try:
        made = [Sweep(pool, source, plan, n_classes=4, earlier=first.results()) for _ in "ab"]
        shown = [keeper.watch(ANN, source.fingerprint, sweep, number) for sweep in made]
        assert shown == [made[0], made[0]]
        other = Sweep(pool, source, plan, n_classes=4)
        assert keeper.watch(ANN, source.fingerprint, other) is other, "that one is new"
    finally:
        keeper.close()
