"""Files that a command writes: complete, or not there at all."""

import pytest

from ann.cli.inputs import Mistake
from ann.cli.outputs import write
from ann.saving.checkpoint import load_run
from tests.ann.cli.clusters import SMALL


def test_a_full_disk_leaves_the_old_file_and_no_half_of_a_new_one(tmp_path):
    def save(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    path = tmp_path / "run.npz"
    path.write_bytes(b"old")
    with pytest.raises(Mistake, match=r"run\.npz: No space left"):
        write(str(path), save)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_to_a_link_writes_the_file_it_points_to(run, tmp_path):
    link, file = tmp_path / "latest.npz", tmp_path / "run.npz"
    link.symlink_to(file)
    run("train", *SMALL, "--out", link)
    assert link.is_symlink()
    assert load_run(file).epoch == 3
