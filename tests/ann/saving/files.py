"""Files of a small run and its state, and ways to damage them."""

import io
import json
import zipfile

import numpy as np
import pytest

from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.saving.checkpoint import (
    load_run,
    save_run,
    save_state,
)
from ann.saving.npz import CheckpointError
from ann.state import Split, start
from ann.train import train

RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 256, (80, 12)).astype(np.uint8), np.arange(80) % 3
SPLIT = Split(X[:60], Y[:60], X[60:], Y[60:])
RECIPE = Recipe(hidden_sizes=(6, 4), epochs=3, batch_size=16, batch_norm=True, dropout=0.2)


def trained():
    state, history = start(RECIPE, SPLIT), History()
    for event in train(state, SPLIT):
        history.add(event)
    return state, history


def saved(save, thing, *more):
    file = io.BytesIO()
    save(thing, file, *more)
    return file.getvalue()


STATE, HISTORY = trained()
RUN = Run.of(STATE, HISTORY, "0123456789abcdef")
STATE_FILE, RUN_FILE = saved(save_state, STATE), saved(save_run, RUN)


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def as_npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def header_of(content):
    return json.loads(np.load(io.BytesIO(content))["header"].tobytes())


def with_header(content, **changes):
    """The file with another header; a value of None removes the entry."""
    header = {k: v for k, v in (header_of(content) | changes).items() if v is not None}
    text = json.dumps(header).encode()
    return zipped(members(content) | {"header.npy": as_npy(np.frombuffer(text, np.uint8))})


def with_member(content, name, raw):
    return zipped(members(content) | {f"{name}.npy": raw})


def refused(content, load=load_run, match=None):
    with pytest.raises(CheckpointError, match=match) as caught:
        load(io.BytesIO(content))
    assert len(str(caught.value)) < 400
