"""Files of states and runs: what comes back, and what is refused."""

import io
import json
import pickle
import struct
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.saving.checkpoint import (
    load_progress,
    load_run,
    load_state,
    save_run,
    save_state,
)
from ann.saving.history_json import to_json
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


STATE, HISTORY = trained()
RUN = Run.of(STATE, HISTORY, "0123456789abcdef")


def saved(save, thing, *more):
    file = io.BytesIO()
    save(thing, file, *more)
    return file.getvalue()


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
    """The file with another header; a value of None takes the entry out."""
    header = {k: v for k, v in (header_of(content) | changes).items() if v is not None}
    text = json.dumps(header).encode()
    return zipped(members(content) | {"header.npy": as_npy(np.frombuffer(text, np.uint8))})


def with_member(content, name, raw):
    return zipped(members(content) | {f"{name}.npy": raw})


def refused(content, load=load_run, match=None):
    with pytest.raises(CheckpointError, match=match) as caught:
        load(io.BytesIO(content))
    assert len(str(caught.value)) < 400


def test_a_run_comes_back_whole_and_predicts_the_same():
    run = load_run(io.BytesIO(RUN_FILE))
    assert np.array_equal(run.predict_proba(X), RUN.predict_proba(X))
    for name in ("recipe", "scaling", "n_features", "n_classes", "fingerprint", "seconds"):
        assert getattr(run, name) == getattr(RUN, name), name
    for name in ("images_seen", "epoch", "step", "reason", "message", "parameters"):
        assert getattr(run, name) == getattr(RUN, name), name
    assert to_json(run.history) == to_json(HISTORY)


def test_a_state_comes_back_with_its_curves_and_the_fingerprint_of_its_data():
    found = load_progress(io.BytesIO(saved(save_state, STATE, HISTORY, "abc")))
    assert found.fingerprint == "abc"
    assert to_json(found.history) == to_json(HISTORY)
    assert found.state.theta.tobytes() == STATE.theta.tobytes()


def test_a_state_without_curves_is_as_good():
    found = load_progress(io.BytesIO(STATE_FILE))
    assert len(found.history.steps["step"]) == 0
    assert found.state.recipe == RECIPE


@pytest.mark.parametrize("network", [(), (5,)], ids=["no hidden layer", "one"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adamw"])
def test_states_of_every_shape_come_back(network, optimizer):
    state = start(Recipe(hidden_sizes=network, optimizer=optimizer), SPLIT)
    again = load_state(io.BytesIO(saved(save_state, state)))
    assert again.moments.shape == state.moments.shape
    assert np.array_equal(again.theta, state.theta)


def test_a_file_on_disk_opens_with_plain_numpy(tmp_path):
    path = tmp_path / "run.npz"
    save_run(RUN, path)
    assert np.array_equal(np.load(path)["theta"], RUN.theta)
    assert load_run(path).recipe == RECIPE


@pytest.mark.parametrize(("content", "load"), [(STATE_FILE, load_state), (RUN_FILE, load_run)])
def test_a_file_cut_short_anywhere_is_refused(content, load):
    for length in range(0, len(content), 211):
        refused(content[:length], load)


@pytest.mark.parametrize(("content", "load"), [(STATE_FILE, load_state), (RUN_FILE, load_run)])
def test_a_file_with_a_flipped_byte_is_refused_or_loads_but_never_crashes(content, load):
    rng = np.random.default_rng(1)
    for place in rng.integers(0, len(content), 150):
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        try:
            load(io.BytesIO(bytes(damaged)))
        except CheckpointError as error:
            assert str(error)


def test_flipped_bytes_in_a_compressed_file_are_refused_too():
    content = zipped(members(RUN_FILE), zipfile.ZIP_DEFLATED)
    load_run(io.BytesIO(content))
    rng = np.random.default_rng(2)
    for place in rng.integers(0, len(content), 150):
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        try:
            load_run(io.BytesIO(bytes(damaged)))
        except CheckpointError as error:
            assert str(error)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x05\x06" + bytes(18), zipped({"a": b"b"}), as_npy(X)]
)
def test_other_files_are_refused(content):
    refused(content)
    refused(content, load_state)


def test_a_run_is_no_state_and_a_state_is_no_run():
    refused(RUN_FILE, load_state, "'run'")
    refused(STATE_FILE, load_run, "'state'")


def test_another_format_is_refused():
    refused(with_header(RUN_FILE, format=2), match="format")


def test_an_array_of_another_shape_is_refused_by_name():
    refused(with_member(RUN_FILE, "theta", as_npy(RUN.theta[:-1])), match="theta")
    square = RUN.theta.reshape(1, -1)
    refused(with_member(RUN_FILE, "theta", as_npy(square)), match="theta")


def test_an_array_of_another_type_is_refused_by_name():
    refused(with_member(RUN_FILE, "theta", as_npy(RUN.theta.astype(np.float64))), match="theta")
    refused(with_member(RUN_FILE, "theta", as_npy(RUN.theta.astype(np.int32))), match="theta")


def test_an_array_that_is_missing_is_refused():
    parts = members(RUN_FILE)
    del parts["theta.npy"]
    refused(zipped(parts), match="theta")


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("the pickle was opened",))


def test_a_pickle_is_never_opened():
    trap = np.array([Trap()], dtype=object)
    for name in ("theta", "header"):
        refused(with_member(RUN_FILE, name, as_npy(trap, allow_pickle=True)))
        refused(with_member(RUN_FILE, name, pickle.dumps(Trap())))


def test_an_array_that_unpacks_to_far_more_than_it_should_is_refused_unread():
    bomb = zipped(
        members(RUN_FILE) | {"theta.npy": bytes(200_000_000)}, compression=zipfile.ZIP_DEFLATED
    )
    assert len(bomb) < 1_000_000
    refused(bomb, match="theta: takes 200,000,000 bytes")


def test_a_header_that_unpacks_to_far_too_much_is_refused_unread():
    bomb = zipped({"header.npy": bytes(50_000_000)}, compression=zipfile.ZIP_DEFLATED)
    refused(bomb, match="header: takes")


def claiming(shape, size):
    """An array file that claims a shape and holds `size` bytes."""
    file = io.BytesIO()
    described = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)
    return file.getvalue() + bytes(size)


def with_description(text):
    """The array of a run's weights, described by any text."""
    described = text.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(described)) + described + bytes(9)


@pytest.mark.parametrize(
    "description",
    [
        "{'descr': (), 'fortran_order': False, 'shape': (9,)}",
        "{'descr': ('<f4',), 'fortran_order': False, 'shape': (9,)}",
        "{'descr': '<f4', 1: False, 'shape': (9,)}",
        "{[]: 1}",
        "((((",
        "if 1:\n  2\n 3",
        "\x00",
    ],
)
def test_an_array_that_is_described_in_nonsense_is_refused(description):
    refused(
        with_member(RUN_FILE, "header", with_description(description)),
        match="header: not described",
    )


def test_a_part_that_is_packed_in_another_way_than_numpy_packs_is_refused():
    for packing in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        refused(zipped(members(RUN_FILE), packing), match="header: compressed")


def test_a_list_of_parts_that_is_said_to_begin_beyond_all_places_is_refused():
    end = RUN_FILE.rindex(b"PK\x05\x06")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, 100, 2**64 - 1)
    found_at = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    refused(RUN_FILE[:end] + wide + found_at + RUN_FILE[end:], match="damaged")


def test_an_array_that_claims_a_huge_shape_is_refused_without_making_room_for_it():
    for name in ("theta", "header"):
        lie = claiming((10**13,), RUN.theta.nbytes)
        refused(with_member(RUN_FILE, name, lie), match=name)


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


def of_size(n_features, n_classes):
    """A file whose arrays are what its header asks for."""
    theta, none = np.ones((n_features + 1) * n_classes, np.float32), np.empty(0, np.float32)
    run = replace(RUN, recipe=Recipe(hidden_sizes=()), theta=theta, statistics=none)
    return saved(save_run, replace(run, n_features=n_features, n_classes=n_classes))


@pytest.mark.parametrize("sizes", [(0, 3), (12, 0), (10**6 + 1, 1), (1, 10_001)])
def test_too_many_or_too_few_classes_are_refused_though_the_arrays_fit(sizes):
    refused(of_size(*sizes), match="n_features: .* 1 to 1,000,000|n_classes: .* 1 to 10,000")


@pytest.mark.parametrize("sizes", [(1, 1), (1, 10_000), (10**6, 1)])
def test_the_smallest_and_the_largest_network_come_back(sizes):
    run = load_run(io.BytesIO(of_size(*sizes)))
    assert (run.n_features, run.n_classes) == sizes and run.theta.all()


def test_more_parameters_than_fit_are_refused_before_any_is_read():
    content = with_header(RUN_FILE, n_features=10**6, recipe={"hidden_sizes": [200]})
    refused(content, match="200,000,803 parameters; the limit is 100,000,000")


def test_text_that_can_not_be_shown_is_read_as_text_that_can():
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


def test_a_header_that_is_no_json_or_nested_without_end_is_refused():
    for text in (b"{", b"[]", b"\xff\xfe", b"[" * 100_000):
        raw = as_npy(np.frombuffer(text, np.uint8))
        refused(with_member(RUN_FILE, "header", raw))
