"""Saving and loading runs and training states: one `.npz` file, arrays plus a JSON header.

The file opens with plain NumPy: `np.load(path)["theta"]`. It never holds a pickle. Loading trusts
nothing: every entry of the header is checked (`ann.saving.header`), and so is every array, which
must have the shape that follows from the header's recipe (`ann.saving.npz`).
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, fields
from math import isfinite
from os import PathLike
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ann.history import History
from ann.hyperparameters.field import reason, short
from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.run import Run
from ann.saving import history_json
from ann.saving.header import FORMAT, Header, read_header
from ann.saving.npz import DAMAGE, CheckpointError, as_array, read_array
from ann.state import State

MAX_FEATURES, MAX_CLASSES = 1_000_000, 10_000
MAX_PARAMETERS = 100_000_000

STATE_ARRAYS = (
    "theta",
    "moments",
    "statistics",
    "best_theta",
    "best_statistics",
    "average",
    "average_statistics",
)
RUN_ARRAYS = ("theta", "statistics")
STATE_SCALARS = {f.name: f.type for f in fields(State) if f.type in (int, float, str)}
EARLIER = "an earlier version"  # of states from when files did not say which one
RUN_COUNTS = ("n_features", "n_classes", "images_seen", "epoch", "step")

File = str | PathLike[str] | BinaryIO


def save_state(
    state: State,
    file: File,
    history: History | None = None,
    fingerprint: str = "",
    compressed: bool = False,
) -> None:
    """Write a training's state; `load_state` returns its equal, bit for bit.

    With the `history` so far and the `fingerprint` of the data set, `load_progress` returns those
    too, so that a training that continues has complete curves. Compressing takes ten times as
    long, and saves a tenth of the room if the weights are those of a training.
    """
    header = {name: getattr(state, name) for name in STATE_SCALARS}
    header |= {
        "recipe": asdict(state.recipe),
        "scaling": list(state.scaling),
        "rng": state.rng.bit_generator.state,
        "batch_sums": state.batch_sums,
        "history": history_json.to_json(history or History()),
        "fingerprint": fingerprint,
    }
    arrays = {name: getattr(state, name) for name in STATE_ARRAYS}
    _write(file, "state", header, arrays, compressed)


def load_state(file: File) -> State:
    """The state that `save_state` wrote. `CheckpointError` for anything else."""
    return load_progress(file).state


class Progress(NamedTuple):
    """A training under way: its state, its curves so far, the fingerprint of its data set."""

    state: State
    history: History
    fingerprint: str


def load_progress(file: File) -> Progress:
    """All that `save_state` wrote. `CheckpointError` for anything else."""
    header, arrays = _read(file, "state", STATE_ARRAYS)
    try:
        rng = np.random.default_rng(0)
        rng.bit_generator.state = header.values["rng"]
        scalars: dict[str, Any] = {
            name: header.scalar(name, kind)
            for name, kind in STATE_SCALARS.items()
            if name in header.values or name != "version"
        }
        if "version" not in scalars and scalars["step"]:
            scalars["version"] = EARLIER
        state = State(
            recipe=header.recipe(),
            scaling=header.scaling(),
            rng=rng,
            batch_sums=_batch_sums(header),
            **scalars,
            **arrays,
        )
        return Progress(state, header.history(), header.text("fingerprint"))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"header: {reason(error)}") from error


def save_run(run: Run, file: File, compressed: bool = False) -> None:
    """Write a run: weights, recipe, history."""
    header = {f.name: getattr(run, f.name) for f in fields(Run) if f.name not in RUN_ARRAYS}
    header |= {
        "recipe": asdict(run.recipe),
        "history": history_json.to_json(run.history),
        "scaling": list(run.scaling),
    }
    arrays = {name: getattr(run, name) for name in RUN_ARRAYS}
    _write(file, "run", header, arrays, compressed)


def load_run(file: File) -> Run:
    """The run that `save_run` wrote. `CheckpointError` for anything else."""
    header, arrays = _read(file, "run", RUN_ARRAYS)
    try:
        counts: dict[str, Any] = {name: header.count(name) for name in RUN_COUNTS}
        return Run(
            recipe=header.recipe(),
            history=header.history(),
            scaling=header.scaling(),
            fingerprint=header.text("fingerprint"),
            seconds=header.number("seconds"),
            reason=header.text("reason"),
            message=header.text("message"),
            version=header.text("version") if "version" in header.values else "",  # earlier files
            **counts,
            **arrays,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"header: {reason(error)}") from error


def _write(
    file: File, kind: str, header: Mapping[str, Any], arrays: Mapping[str, Any], compressed: bool
) -> None:
    text = json.dumps({"format": FORMAT, "kind": kind, **header}, allow_nan=True)
    save = np.savez_compressed if compressed else np.savez
    save(file, header=as_array(text), **arrays)


def _read(file: File, kind: str, names: tuple[str, ...]) -> tuple[Header, dict[str, Any]]:
    """Header and arrays of a file, each array checked before it is read."""
    try:
        with zipfile.ZipFile(file) as archive:
            header = read_header(archive, kind)
            shapes = _expected_shapes(header)
            arrays = {name: read_array(archive, name, shapes[name]) for name in names}
    except CheckpointError:
        raise
    except DAMAGE as error:
        raise CheckpointError(f"not a file of ANN Lab, or damaged ({reason(error)})") from error
    return header, arrays


def _expected_shapes(header: Header) -> dict[str, tuple[int, ...]]:
    """The shapes of all arrays, which follow from the header's recipe."""
    recipe = header.recipe()
    n_features = header.count("n_features", 1, MAX_FEATURES)
    n_classes = header.count("n_classes", 1, MAX_CLASSES)
    network = Network.of(recipe, n_features, n_classes)
    if network.n_parameters > MAX_PARAMETERS:
        raise CheckpointError(
            f"recipe: its network has {network.n_parameters:,} parameters; "
            f"the limit is {MAX_PARAMETERS:,}"
        )
    theta, statistics = (network.n_parameters,), (network.n_statistics,)
    averaged = bool(recipe.ema)
    return {
        "theta": theta,
        "moments": (OPTIMIZERS[recipe.optimizer].n_moments, *theta),
        "statistics": statistics,
        "best_theta": theta,
        "best_statistics": statistics,
        "average": theta if averaged else (0,),
        "average_statistics": statistics if averaged else (0,),
    }


def _batch_sums(header: Header) -> list[float]:
    loss, n_right, n_seen = header.values["batch_sums"]
    sums = [float(loss), float(n_right), float(n_seen)]
    if not all(isfinite(v) for v in sums):
        raise ValueError(f"batch_sums: {sums} is not finite")
    if n_seen != header.values["position"]:
        position = short(header.values["position"])
        raise ValueError(f"batch_sums: {n_seen} samples seen; position says {position}")
    return sums
