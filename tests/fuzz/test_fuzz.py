"""A short round of each fuzzer, and what the fuzzers themselves must notice.

A long round: `python -m tests.fuzz --seconds 600`.
"""

import itertools
import subprocess
import sys
import time
from random import Random
from unittest import mock

import pytest
from threadpoolctl import threadpool_limits

from pages.ui.server import workers
from tests.fuzz.__main__ import main
from tests.fuzz.all import FUZZERS
from tests.fuzz.fuzzer import FindingError, Fuzzer, fuzz


@pytest.fixture(scope="module", autouse=True)
def end_workers():
    """Pages start the server's workers."""
    yield
    for resource in (workers.turns, workers.express, workers.measurement):
        resource.clear()


@pytest.mark.parametrize("name", FUZZERS)
def test_every_damaged_or_forged_input_is_refused_in_words_or_read_rightly(name, monkeypatch):
    monkeypatch.delenv("ANN_DATA", raising=False)
    with threadpool_limits(1):
        tally = fuzz(FUZZERS[name])
    assert tally.refused + tally.accepted == FUZZERS[name].inputs
    assert tally.refused or not FUZZERS[name].refusals, "it damages nothing"
    assert tally.accepted, "it reaches nothing beyond the first check"


def fails(read, **options):
    with pytest.raises(FindingError) as caught:
        fuzz(Fuzzer("a", lambda rng: rng.random(), read, inputs=1, **options))
    return str(caught.value)


def test_another_exception_a_long_message_and_a_hang_are_findings():
    def raises(error):
        raise error

    assert "KeyError" in fails(lambda given: raises(KeyError(1)), refusals=(ValueError,))
    told = fails(lambda given: raises(ValueError("x" * 501)), refusals=(ValueError,))
    assert "501 characters" in told
    assert "no message" in fails(lambda given: raises(ValueError()), refusals=(ValueError,))
    assert "Hang: longer" in fails(lambda given: time.sleep(5), seconds=0.05)
    assert "Hang: longer" in fails(
        lambda given: all(k >= 0 for k in itertools.count()), seconds=0.05
    )
    short = Fuzzer("a", str, lambda given: raises(ValueError("x" * 500)), (ValueError,), inputs=3)
    assert fuzz(short)[:2] == (3, 0)


def test_a_reader_that_only_waits_for_the_machine_is_no_finding():
    short = Fuzzer("a", str, lambda given: time.sleep(0.2), inputs=1, seconds=0.1)
    assert fuzz(short).accepted == 1


def test_an_input_is_made_again_from_its_seed_and_number():
    seen = []
    fuzz(Fuzzer("a", lambda rng: rng.random(), seen.append, inputs=3), seed=5)
    fuzz(Fuzzer("a", lambda rng: rng.random(), seen.append, inputs=1), seed=5, first=2)
    assert seen[2] == seen[3] and len(set(seen)) == 3
    for name, fuzzer in FUZZERS.items():
        if name not in ("rows", "data-sets"):  # their inputs depend on files made at a time
            assert same(fuzzer), name


def same(fuzzer):
    """Whether a seed makes the same input again, an hour later: archives write dates."""
    first = repr(fuzzer.make(Random("7")))
    later = time.time() + 3600
    with mock.patch("time.time", lambda: later):
        return first == repr(fuzzer.make(Random("7")))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits memory as Linux does")
def test_too_much_memory_is_a_finding():
    code = (
        "from tests.fuzz.fuzzer import Fuzzer, fuzz, limit_memory\n"
        "limit_memory(100)\n"
        "fuzz(Fuzzer('a', str, lambda given: bytes(200_000_000)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "FindingError" in ended.stderr and "MemoryError" in ended.stderr


def test_the_command_runs_a_fuzzer_in_a_child_and_names_those_there_are(monkeypatch, capfd):
    """Run in this process, which has imported already what both take seconds to import."""

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["tests.fuzz", *arguments])
        return main()

    assert run("--seconds", "0.5", "recipes") == 0
    assert "recipes: 0 refused" in capfd.readouterr().out, "the child's own line"
    with pytest.raises(SystemExit) as ended:
        run("no-such")
    assert ended.value.code == 2 and "histories" in capfd.readouterr().err
