"""Uploaded and damaged files and rows: what cannot be read is refused or left out."""

import io
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from ann.keeping.database import ArchiveError
from ann.saving.checkpoint import save_run
from tests.ann.keeping.trained import ANNA, BEN, RECIPE, RUN, names


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as folder:
        for name, content in parts.items():
            folder.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"dropout": 7}', "null"])
def test_a_row_that_cannot_be_read_is_left_out(archive, text):
    number = archive.save(ANNA, RUN)
    archive.save(ANNA, RUN, name="good")
    with archive._db.writing() as db:
        db.execute("UPDATE runs SET recipe = ? WHERE id = ?", (text, number))
    assert names(archive) == ["good"]


def test_a_downloaded_run_can_be_uploaded_by_another_visitor(archive):
    content = archive.file(ANNA, archive.save(ANNA, RUN))
    number = archive.save_file(BEN, content, "From Anna")
    assert names(archive, BEN) == ["From Anna"]
    assert np.array_equal(archive.open(BEN, number).theta, RUN.theta)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a run of ANN Lab"),
        (b"PK\x03\x04 and then rubbish", "not a run of ANN Lab"),
        (b"GIF89a", "not a run of ANN Lab"),
        (zipped({"a.txt": b"hello"}), "not a file of ANN Lab"),
        (zipped({"header.npy": bytes(60_000_000)}), "holds 60 MB; the limit is 50 MB"),
        (zipped({str(i): b"" for i in range(101)}), "holds more than 100 parts"),
    ],
)
def test_a_file_that_is_not_a_run_is_refused_with_the_reason(archive, content, why):
    with pytest.raises(ArchiveError, match=f"file: .*{why}"):
        archive.save_file(ANNA, content)
    assert archive.list(ANNA) == ()


def test_a_run_with_a_flipped_byte_is_refused_or_saved_but_never_crashes(archive):
    content = archive.file(ANNA, archive.save(ANNA, RUN))
    for position in range(0, len(content), 997):
        damaged = bytearray(content)
        damaged[position] ^= 255
        try:
            archive.save_file(BEN, bytes(damaged))
        except ArchiveError as error:
            assert str(error).startswith("file: ")


@pytest.mark.parametrize("name", ["epoch", "step", "images_seen", "seconds"])
def test_a_file_with_numbers_that_no_training_reaches_is_refused(archive, name):
    for value in (10**400, float("inf")) if name == "seconds" else (10**400,):
        file = io.BytesIO()
        save_run(replace(RUN, **{name: value}), file)
        with pytest.raises(ArchiveError, match=rf"file: .*{name}|file: .*too large"):
            archive.save_file(ANNA, file.getvalue())
    assert archive.list(ANNA) == ()


def test_damaged_weights_are_reported_and_do_not_spoil_the_list(archive):
    first, second = archive.save(ANNA, RUN), archive.save(ANNA, RUN)
    with archive._db.writing() as db:
        db.execute("UPDATE files SET npz = ? WHERE run = ?", (b"PK\x03\x04 rubbish", first))
        db.execute("DELETE FROM files WHERE run = ?", (second,))
    for number in (first, second):
        with pytest.raises(ArchiveError, match=f"run {number}: its file is damaged"):
            archive.open(ANNA, number)
    assert len(archive.list(ANNA)) == 2


def squeezed(content):
    """The same parts, compressed as well as possible."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return zipped({name: parts.read(name) for name in parts.namelist()})


def test_an_upload_is_stored_as_small_as_it_came_and_counts_as_stored(archive):
    recipe = replace(RECIPE, hidden_sizes=(2_000, 1_000))
    network = replace(RUN, recipe=recipe).network
    zeros = np.zeros(network.n_parameters, np.float32)
    file = io.BytesIO()
    save_run(replace(RUN, recipe=recipe, theta=zeros), file)
    content = squeezed(file.getvalue())
    assert len(file.getvalue()) > 8_000_000 > 200 * len(content)
    number = archive.save_file(ANNA, content)
    (saved,) = archive.list(ANNA)
    assert saved.size == len(archive.file(ANNA, number)) < 2 * len(content)
    assert np.array_equal(archive.open(ANNA, number).theta, zeros)
    number = archive.save_file(BEN, file.getvalue())
    assert archive.list(BEN)[0].size == saved.size, "however it came"


def test_a_part_that_holds_more_than_it_states_is_not_unpacked(archive):
    """Its entry is forged: without a bound, zlib would unpack up to 2 GB at once."""
    content = bytearray(squeezed(archive.file(ANNA, archive.save(ANNA, RUN))))
    theta = zipped({"theta.npy": bytes(200_000_000)})
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        forged = {name: parts.read(name) for name in parts.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, part in forged.items():
            folder.writestr(name, bytes(200_000_000) if name == "theta.npy" else part)
    content = file.getvalue().replace(
        (200_000_000).to_bytes(4, "little"), len(forged["theta.npy"]).to_bytes(4, "little")
    )
    assert len(content) < len(theta) + 20_000
    tracemalloc.start()
    with pytest.raises(ArchiveError, match="file: not a file of ANN Lab"):
        archive.save_file(BEN, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_an_archive_with_uncompressed_files_opens(archive):
    """As earlier versions wrote them."""
    number = archive.save(ANNA, RUN)
    file = io.BytesIO()
    save_run(RUN, file)
    with archive._db.writing() as db:
        db.execute("UPDATE files SET npz = ?", (file.getvalue(),))
        db.execute("UPDATE runs SET size = ?", (len(file.getvalue()),))
        db.execute("DROP INDEX runs_by_owner")
    archive.close()
    assert np.array_equal(archive.open(ANNA, number).theta, RUN.theta)
    assert archive.file(ANNA, number) == file.getvalue()
    archive.update(ANNA, number, RUN, "finished")
    assert archive.list(ANNA)[0].size == len(archive.file(ANNA, number)) < len(file.getvalue())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", b"\xff\x00"),
        ("updated", "today"),
        ("size", "large"),
        ("recipe", "[" * 100_000),
        ("summary", '{"epochs": "x", "step": 1, "seconds": 1, "images_seen": 1, "parameters": 1}'),
        ("summary", '{"epochs": 1, "step": true, "seconds": 1, "images_seen": 1, "parameters": 1}'),
    ],
)
def test_a_row_with_values_of_wrong_types_is_left_out(archive, column, value):
    number = archive.save(ANNA, RUN)
    archive.save(ANNA, RUN, name="good")
    with archive._db.writing() as db:
        db.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, number))
    assert names(archive) == ["good"]


def test_a_state_that_is_no_file_at_all_is_reported(archive):
    number = archive.save(ANNA, RUN)
    with archive._db.writing() as db:
        db.execute("INSERT INTO states VALUES (?, ?)", (number, 0.5))
    with pytest.raises(ArchiveError, match=f"run {number}: its state is damaged"):
        archive.progress(ANNA, number)
