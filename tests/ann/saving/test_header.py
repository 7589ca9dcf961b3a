"""Headers: an entry that no training can have is refused."""

import io
import tracemalloc

import numpy as np
import pytest

from ann.saving.checkpoint import (
    load_run,
    load_state,
)
from tests.ann.saving.files import (
    RUN_FILE,
    STATE_FILE,
    as_npy,
    refused,
    with_header,
    with_member,
)


def test_a_run_is_not_a_state_and_a_state_is_not_a_run():
    refused(RUN_FILE, load_state, "'run'")
    refused(STATE_FILE, load_run, "'state'")


def test_another_format_is_refused():
    refused(with_header(RUN_FILE, format=2), match="format")


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("n_features", -1),
        ("n_features", 10**9),
        ("n_features", 12.0),
        ("n_features", True),
        ("n_features", "12"),
        ("n_features", None),
        ("n_classes", 0),
        ("n_classes", 10**6),
        ("seconds", -1.0),
        ("seconds", float("nan")),
        ("step", -5),
        ("scaling", [float("nan"), 0]),
        ("scaling", [1]),
        ("scaling", "no"),
        ("history", {}),
        ("history", []),
        ("history", None),
        ("recipe", None),
        ("recipe", []),
        ("recipe", {"hidden_sizes": [6, 4], "layers": 3}),
        ("recipe", {"hidden_sizes": [4096] * 20}),
        ("recipe", {"dropout": 1.5}),
        ("recipe", {"dropout": float("nan")}),
        ("recipe", {"dropout": 10**400}),
        ("recipe", {"seed": 10**400}),
        ("recipe", {"activation": "x" * 100_000}),
        ("recipe", {"x" * 100_000: 1}),
        ("kind", "x" * 100_000),
        ("n_classes", 10**400),
        ("step", "x" * 100_000),
    ],
)
def test_a_header_with_an_impossible_entry_is_refused(entry, value):
    refused(with_header(RUN_FILE, **{entry: value}))


def test_text_that_cannot_be_shown_becomes_text_that_can():
    content = with_header(RUN_FILE, message="half a \ud83d, all of 😀", fingerprint="\ud800")
    run = load_run(io.BytesIO(content))
    assert (run.message, run.fingerprint) == ("half a ?, all of 😀", "?")


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("rng", {}),
        ("rng", "x"),
        ("rng", {"bit_generator": "MT19937", "state": {}}),
        ("rng", {"bit_generator": "PCG64", "state": {"state": -1, "inc": "a"}}),
        ("best_loss", float("nan")),
        ("best_loss", "low"),
        ("epoch", 10**16),
        ("decays", 10**400),
        ("epoch_seconds", float("inf")),
        ("batch_sums", 3),
        ("batch_sums", [1.0]),
        ("batch_sums", [float("nan"), 0, 0]),
        ("position", -1),
        ("position", None),
        ("position", 70_000),
        ("fingerprint", None),
    ],
)
def test_a_state_with_an_impossible_entry_is_refused(entry, value):
    refused(with_header(STATE_FILE, **{entry: value}), load_state)


def test_a_header_that_is_not_json_or_nested_without_end_is_refused():
    for text in (b"{", b"[]", b"\xff\xfe", b"[" * 100_000):
        raw = as_npy(np.frombuffer(text, np.uint8))
        refused(with_member(RUN_FILE, "header", raw))


def test_a_header_of_millions_of_lists_is_refused_before_they_are_made():
    """In memory, each empty list takes twenty times as much as in the file."""
    content = with_header(RUN_FILE, note=[[]] * 1_000_000)
    tracemalloc.start()
    refused(content, load_run, r"header: holds 1,000,\d\d\d lists; the limit is 150,000")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000
