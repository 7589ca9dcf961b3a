"""State files: a state sent as a file arrives unchanged, and nothing is left behind."""

import gc
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.running import find_data
from ann.running import state_file as module
from ann.running.pool import Pool, process_executor
from ann.running.state_file import ARRAYS, PREFIX, make_folder, pack
from ann.state import Split, start


@pytest.fixture
def state():
    x = np.zeros((8, 16), np.uint8)
    recipe = Recipe(hidden_sizes=(4, 3), batch_norm=True, ema=0.9, batch_size=4)
    state = start(recipe, Split(x, np.arange(8) % 3, x[:0], np.arange(0)))
    state.moments += 7
    return state


@pytest.mark.parametrize("way", ["open", "mapped"])
def test_a_state_arrives_as_it_was_packed(state, tmp_path, way):
    arrived = getattr(pack(state, tmp_path), way)()
    for name, value in vars(state).items():
        other = getattr(arrived, name)
        if isinstance(value, np.ndarray):
            assert other.shape == value.shape and np.array_equal(other, value), name
        elif name != "rng":
            assert other == value, name
    assert arrived.rng.random() == state.rng.random()


def test_only_the_name_of_the_file_travels(state, tmp_path):
    packed = pack(state, tmp_path)
    size = sum(getattr(state, name).nbytes for name in ARRAYS)
    assert Path(packed.path).stat().st_size == size
    large = pack(state, tmp_path)
    large.shapes = large.shapes | {"theta": (10**9,)}
    assert abs(len(pickle.dumps(large)) - len(pickle.dumps(packed))) < 64


def test_an_opened_state_can_be_changed_and_its_file_sent_again(state, tmp_path):
    packed = pack(state, tmp_path)
    packed.open().theta[:] = 5
    assert np.array_equal(packed.open().theta, state.theta)


def test_a_relabeled_state_file_carries_a_changed_recipe(state, tmp_path):
    packed = pack(state, tmp_path)
    state.recipe = Recipe(learning_rate=0.5)
    assert packed.relabeled(state).open().recipe.learning_rate == 0.5
    assert packed.open().recipe.learning_rate != 0.5


def test_a_file_is_removed_with_the_state_file_that_owns_it(state, tmp_path):
    packed = pack(state, tmp_path).claim()
    mapped, path = packed.mapped(), Path(packed.path)
    assert path.exists()
    del packed
    gc.collect()
    assert not path.exists()
    assert np.array_equal(mapped.theta, state.theta), "what is mapped stays readable"


def test_a_file_that_could_not_be_written_completely_is_removed(state, tmp_path):
    resource = pytest.importorskip("resource", reason="the limit for files is Unix's")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            pack(state, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_folders_of_killed_servers_are_removed_and_those_of_others_stay():
    with make_folder() as mine:
        dead = Path(mine).parent / f"{PREFIX}999999999-x"
        dead.mkdir()
        (dead / "a.state").touch()
        with make_folder():
            assert not dead.exists() and Path(mine).exists()


def test_the_folder_of_digits_that_were_sent_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MEMORY", tmp_path / "none")  # as in a container with little of it
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    find_data.receive("0123456789abcdef", [b"images", b"labels"])
    with make_folder() as mine:
        assert Path(mine).parent == tmp_path
        assert find_data.is_here(find_data.Source("nowhere", "0123456789abcdef", 1))


def test_digits_for_which_there_is_no_room_take_none(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        find_data.receive("0123456789abcdef", [b"images", b"labels"])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_only_workers_on_this_machine_get_files():
    local, threads = Pool(lambda: process_executor(1)), Pool(lambda: ThreadPoolExecutor(1))
    folder = Path(local.folder)
    try:
        assert folder.is_dir() and threads.folder is None
    finally:
        local.shutdown()
        threads.shutdown()
    assert not folder.exists()
