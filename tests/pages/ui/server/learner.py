"""A learner in front of real servers, and what is saved of her only run."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import data
from ann.events import Step
from ann.recipes.query import to_query
from ann.running.view import Status
from ann.state import Split, start
from ann.train import train
from pages.ui.server.visitor import COOKIE
from tests.benchmarks.hostile_browsers import cookie_of
from tests.benchmarks.protocol import Visitor


def run(play):
    """Run a coroutine in another thread: Playwright's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, play).result()


class Learner:
    """A browser with one cookie, and what is saved of its only run."""

    def __init__(self, archive, port, recipe):
        self._archive, self.recipe = archive, recipe
        self.cookie = cookie_of(port, "")
        sent = dict(part.split("=", 1) for part in self.cookie.split("; "))[COOKIE]
        self.name = sent.partition(".")[0]

    def on(self, server, **options):
        query = "&".join(f"{name}={text}" for name, text in to_query(self.recipe).items())
        return Visitor(server.port, "train", query, cookie=self.cookie, **options)

    def run(self):
        runs = self._archive.list(self.name)
        assert len(runs) <= 1
        return runs[0] if runs else None

    def steps(self):
        run = self.run()
        return run.summary.step if run else 0

    async def trained_beyond(self, steps, seconds=60):
        async with asyncio.timeout(seconds):
            while self.steps() <= steps:
                await asyncio.sleep(0.2)
        return self.steps()

    def holds_an_unbroken_training(self):
        """Whether the saved weights are those of an undisturbed training after its steps."""
        number = self.run().id
        ended = self.run().status == Status.FINISHED
        saved = (
            self._archive.open(self.name, number)
            if ended
            else self._archive.progress(self.name, number).state
        )
        split = Split(*data.load("mnist-5k").split(self.recipe.validation_fraction))
        other = start(self.recipe, split)
        for event in train(other, split):
            if ended or not (isinstance(event, Step) and other.step == saved.step):
                continue
            return np.array_equal(other.theta, saved.theta)
        return ended and np.array_equal(other.theta, saved.theta)
