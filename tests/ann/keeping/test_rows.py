"""Uploaded and damaged files and rows: what cannot be read is refused or left out."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from ann.keeping.database import ArchiveError
from ann.saving.checkpoint import save_run
from tests.ann.keeping.trained import ANNA, BEN, RUN, names


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
