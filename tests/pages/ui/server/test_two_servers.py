"""Two real servers on one archive, as users start them: only one of them trains a run."""

import pytest

from ann.keeping.runs import Archive
from ann.recipe import Recipe
from tests.benchmarks.server import Server
from tests.pages.ui.server.learner import Learner, run

RECIPE = Recipe(hidden_sizes=(16,), epochs=1_000, dropout=0.2)


@pytest.fixture
def servers(tmp_path, monkeypatch):
    monkeypatch.delenv("ANN_DATA", raising=False)
    runs = {"ANN_RUNS": str(tmp_path / "runs.sqlite")}
    with Server(**runs) as first, Server(**runs) as second:
        yield first, second


@pytest.fixture
def learner(tmp_path, servers):
    archive = Archive(tmp_path / "runs.sqlite")
    yield Learner(archive, servers[0].port, RECIPE)
    archive.close()


@pytest.mark.slow
def test_only_one_of_two_servers_trains_a_run_until_it_is_killed(servers, learner):
    first, second = servers

    async def play():
        async with learner.on(first) as here:
            await here.ask()
            await here.ask(press="train.start")
            await learner.trained_beyond(1)
            async with learner.on(second) as there:
                await there.ask()
                with pytest.raises(LookupError):
                    await there.ask(press="train.continue")
                steps = await learner.trained_beyond(learner.steps())
                assert not here.failures
                first.kill()
                await there.ask()  # the page that is open there takes the run over
                await learner.trained_beyond(steps)
                assert not there.failures

    run(play())
    assert learner.holds_an_unbroken_training()
