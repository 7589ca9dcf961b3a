"""Saving and loading states and runs: one `.npz` file, arrays plus a JSON header, never a pickle.

The file opens with plain NumPy: `np.load(path)["theta"]`. Loading trusts nothing: what the header
says is checked, and the arrays must be those that its recipe asks for (`ann.saving.npz` reads
them).
"""

import json
import zipfile
from dataclasses import asdict, fields
from math import inf, isfinite
from os import PathLike
from typing import BinaryIO, NamedTuple

import numpy as np

from ann.history import History
from ann.hyperparameters.field import short
from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from ann.run import Run
from ann.saving import history_json
from ann.saving.npz import DAMAGE, CheckpointError, as_array, read_array, read_text
from ann.scaling import Scaling
from ann.state import State

FORMAT = 1
MOST_HEADER_BYTES = 20_000_000
MOST_FEATURES, MOST_CLASSES = 1_000_000, 10_000
MOST_PARAMETERS = 100_000_000
MOST_COUNT = 10**15  # of steps, digits seen, seconds: more would spoil every table they stand in

STATE_ARRAYS = ("theta", "moments", "statistics", "best_theta", "best_statistics")
STATE_ARRAYS += ("average", "average_statistics")
RUN_ARRAYS = ("theta", "statistics")
STATE_NUMBERS = {
    f.name: f.type
    for f in fields(State)
    if f.name not in (*STATE_ARRAYS, "recipe", "scaling", "rng", "batch_sums")
}


def save_state(
    state: State,
    file: str | PathLike | BinaryIO,
    history: History | None = None,
    fingerprint: str = "",
) -> None:
    """Write a training's state; `load_state` gives back its equal, to the bit.

    With its `history` so far and the `fingerprint` of its data, `load_progress` gives back those
    too, so that a run that is taken up again has whole curves.
    """
    header = {name: getattr(state, name) for name in STATE_NUMBERS}
    header |= {
        "recipe": asdict(state.recipe),
        "scaling": list(state.scaling),
        "rng": state.rng.bit_generator.state,
        "batch_sums": state.batch_sums,
        "history": history_json.to_json(history or History()),
        "fingerprint": fingerprint,
    }
    _write(file, "state", header, {name: getattr(state, name) for name in STATE_ARRAYS})


def load_state(file: str | PathLike | BinaryIO) -> State:
    """The state that `save_state` wrote. `CheckpointError` for anything else."""
    return load_progress(file).state


class Progress(NamedTuple):
    """A training under way: its state, its curves so far, the fingerprint of its data."""

    state: State
    history: History
    fingerprint: str


def load_progress(file: str | PathLike | BinaryIO) -> Progress:
    """All that `save_state` wrote. `CheckpointError` for anything else."""
    header, arrays = _read(file, "state", STATE_ARRAYS)
    try:
        rng = np.random.default_rng(0)
        rng.bit_generator.state = header["rng"]
        numbers = {name: _number(header, name, kind) for name, kind in STATE_NUMBERS.items()}
        loss, n_right, n_seen = header["batch_sums"]
        sums = [float(loss), float(n_right), float(n_seen)]
        if not all(isfinite(v) for v in sums):
            raise ValueError(f"batch_sums: {sums} is not finite")
        if n_seen != header["position"]:
            raise ValueError(f"batch_sums: {n_seen} samples seen, but position is not that")
        state = State(
            recipe=_recipe(header),
            scaling=_scaling(header),
            rng=rng,
            batch_sums=sums,
            **numbers,
            **arrays,
        )
        history = history_json.from_json(header["history"])
        return Progress(state, history, _text(header, "fingerprint", 64))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"header: {error}") from error


def save_run(run: Run, file: str | PathLike | BinaryIO) -> None:
    """Write a run: weights, recipe, history."""
    header = {f.name: getattr(run, f.name) for f in fields(Run) if f.name not in RUN_ARRAYS}
    header |= {
        "recipe": asdict(run.recipe),
        "history": history_json.to_json(run.history),
        "scaling": list(run.scaling),
    }
    _write(file, "run", header, {name: getattr(run, name) for name in RUN_ARRAYS})


def load_run(file: str | PathLike | BinaryIO) -> Run:
    """The run that `save_run` wrote. `CheckpointError` for anything else."""
    header, arrays = _read(file, "run", RUN_ARRAYS)
    try:
        whole = ("n_features", "n_classes", "images_seen", "epoch", "step")
        return Run(
            recipe=_recipe(header),
            history=history_json.from_json(header["history"]),
            scaling=_scaling(header),
            fingerprint=_text(header, "fingerprint", 64),
            seconds=_number(header, "seconds", float),
            reason=_text(header, "reason", 64),
            message=_text(header, "message", 1000),
            version=_text({"version": "", **header}, "version", 200),  # earlier files have none
            **{name: _number(header, name, int) for name in whole},
            **arrays,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"header: {error}") from error


def _write(file, kind: str, header: dict, arrays: dict[str, np.ndarray]) -> None:
    text = json.dumps({"format": FORMAT, "kind": kind, **header}, allow_nan=True)
    np.savez(file, header=as_array(text), **arrays)


def _read(file, kind: str, names: tuple[str, ...]) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of a file, each array checked before it is read."""
    try:
        with zipfile.ZipFile(file) as archive:
            header = _read_header(archive, kind)
            shapes = _expected_shapes(header, names)
            arrays = {name: read_array(archive, name, shape) for name, shape in shapes.items()}
    except CheckpointError:
        raise
    except DAMAGE as error:
        raise CheckpointError(f"not a file of ANN Lab, or a damaged one ({error})") from error
    return header, arrays


def _read_header(archive: zipfile.ZipFile, kind: str) -> dict:
    header = json.loads(read_text(archive, "header", MOST_HEADER_BYTES))
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise CheckpointError(f"header: format is not {FORMAT}")
    if header.get("kind") != kind:
        raise CheckpointError(f"header: holds a {short(header.get('kind'))}, needs a {kind!r}")
    return header


def _expected_shapes(header: dict, names: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """The shapes that the header's recipe asks for."""
    recipe = _recipe(header)
    sizes = [_number(header, name, int) for name in ("n_features", "n_classes")]
    if not (1 <= sizes[0] <= MOST_FEATURES and 1 <= sizes[1] <= MOST_CLASSES):
        counts = " and ".join(map(short, sizes))
        raise CheckpointError(f"header: {counts} are too many or too few features and classes")
    network = Network.of(recipe, *sizes)
    if network.n_parameters > MOST_PARAMETERS:
        raise CheckpointError(f"header: {network.n_parameters:,} parameters are too many")
    p, s = (network.n_parameters,), (network.n_statistics,)
    moments = (OPTIMIZERS[recipe.optimizer].n_moments, *p)
    known = {"theta": p, "best_theta": p, "statistics": s, "best_statistics": s}
    known["moments"] = moments
    known["average"], known["average_statistics"] = (p, s) if recipe.ema else ((0,), (0,))
    return {name: known[name] for name in names}


def _recipe(header: dict) -> Recipe:
    values = header["recipe"]
    if not isinstance(values, dict):
        raise CheckpointError("recipe: not a table of fields")
    unknown = set(values) - {f.name for f in fields(Recipe)}
    if unknown:
        raise CheckpointError(f"recipe: unknown field {short(min(unknown))}")
    return Recipe(**values)


def _scaling(header: dict) -> Scaling:
    factor, shift = (float(v) for v in header["scaling"])
    if not (isfinite(factor) and isfinite(shift)):
        raise CheckpointError(f"scaling: ({factor}, {shift}) is not finite")
    return Scaling(factor, shift)


def _number(header: dict, name: str, kind: type):
    """A header's entry as `kind`: a text, or a count or a time, which has its bounds."""
    value = header[name]
    if kind is str:
        return _text(header, name, 64)
    if isinstance(value, bool) or not isinstance(value, int if kind is int else (int, float)):
        raise CheckpointError(f"{name}: {short(value)} is not a number")
    most = inf if name == "best_loss" else MOST_COUNT  # no loss is the best before the first
    if not 0 <= value <= most:
        raise CheckpointError(f"{name}: {short(value)} is outside 0 to {most:,}")
    return kind(value)


def _text(header: dict, name: str, most: int) -> str:
    """A header's entry as text that can be stored and shown; JSON may spell half a character."""
    return str(header[name])[:most].encode(errors="replace").decode()
