"""What a visitor brings: every form of files, what is refused, and that it is hers alone."""

import gzip
import hashlib
import io
import os
import stat
import time
import zipfile

import numpy as np
import pytest
from PIL import Image

from data import DataError, cache
from data.dataset import Arrays, fingerprint, in_stored_order
from data.finding.unpack import Room, lay_out
from data.known import embedded
from data.yours import brought
from tests.data import layouts

ROOM = Room(50_000_000, 200_000_000, 100_000, 60, 3, 50_000_000, 30)
ANNA, BEN = "anna", "ben"
STEPS, COUNTS = (13, 13, 16, 16), (300, 300, 60, 60)


@pytest.fixture(scope="module")
def digits():
    """300 training and 60 test digits."""
    a = embedded.read()  # class by class
    return Arrays(*(part[::step][:n] for part, step, n in zip(a, STEPS, COUNTS, strict=True)))


def zipped(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bring(files, owner=ANNA, name="mine", room=ROOM):
    return brought.bring(owner, name, list(files.items()), room, "2026-11-28")


def idx_files(a):
    parts = (a.train_images.reshape(-1, 28, 28), a.train_labels)
    parts += (a.test_images.reshape(-1, 28, 28), a.test_labels)
    return {name: layouts.idx(part) for name, part in zip(layouts.MNIST, parts, strict=True)}


def tables(a):
    return {
        "mnist_train.csv": layouts.table(*a[:2]).encode(),
        "mnist_test.csv": layouts.table(*a[2:]).encode(),
    }


def npz_file(a):
    out = io.BytesIO()
    np.savez_compressed(out, x_train=a[0], y_train=a[1], x_test=a[2], y_test=a[3])
    return {"digits.npz": out.getvalue()}


def picture_zip(a):
    files = {}
    for part, images, labels in (("train", *a[:2]), ("test", *a[2:])):
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            files[f"all/{part}/{label}/{number:05d}.png"] = layouts.picture(image)
    return {"pictures.zip": zipped({**files, "__MACOSX/x": b"", "all/.DS_Store": b""})}


def parquet_files(a, folder):
    made = [layouts.parquet(folder / f"{part}.parquet", *a[k : k + 2]) for part, k in PARTS]
    return {path.name: path.read_bytes() for path in made}


PARTS = (("train", 0), ("test", 2))
FORMS = {
    "csv": tables,
    "csv.gz": lambda a: {f"{n}.gz": gzip.compress(c) for n, c in tables(a).items()},
    "idx": idx_files,
    "idx in a zip": lambda a: {"all.zip": zipped({f"d/{n}": c for n, c in idx_files(a).items()})},
    "tables in a zip": lambda a: {"all.zip": zipped(tables(a))},
    "npz": npz_file,
    "pictures in a zip": picture_zip,
}


@pytest.mark.parametrize("form", [*FORMS, "parquet"])
def test_each_form_gives_the_same_digits(form, digits, tmp_path):
    files = parquet_files(digits, tmp_path) if form == "parquet" else FORMS[form](digits)
    made = bring(files)
    assert made.name == "my:mine" and made.fingerprint == fingerprint(in_stored_order(digits))
    assert made.fingerprint == brought.load(ANNA, "my:mine", ROOM).fingerprint
    assert "which you brought on 2026-11-28" in made.source
    assert str(tmp_path) not in f"{made.source} {made.notes}"
    left = [path for path in (tmp_path / "tmp").rglob("*") if "ann-brought" in path.name]
    assert not left, "the files themselves are not kept"


def test_one_table_gets_a_test_set_and_a_note_and_doubts(digits):
    made = bring({"ziffern.csv": layouts.table(255 - digits[0], digits[1]).encode()})
    assert len(made.labels) + len(made.test_labels) == 300
    assert any("test" in note for note in made.notes)
    assert made.doubts and "inverted" in made.doubts[0].remedies


def link(name="0/link.png"):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def encrypted():
    content = bytearray(zipped({"a.csv": "1,2"}))
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(head) + at] |= 1
    return bytes(content)


def forged_size():
    """An archive that says its file is 10 bytes long, and holds a million."""
    content = zipped({"a.csv": os.urandom(1_000_000)})
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + (10).to_bytes(4, "little") + content[at + 4 :]


REFUSED = {
    "leads out": ({"a.zip": zipped({"../evil.csv": "1"})}, "leads out of the archive"),
    "absolute": ({"a.zip": zipped({"/etc/evil.csv": "1"})}, "leads out of the archive"),
    "windows": ({"a.zip": zipped({"C:\\evil.csv": "1"})}, "leads out of the archive"),
    "backslashes": ({"a.zip": zipped({"a\\..\\..\\evil.csv": "1"})}, "leads out of the archive"),
    "link": ({"a.zip": link()}, "a link to another file"),
    "encrypted": ({"a.zip": encrypted()}, "encrypted"),
    "nested": ({"a.zip": zipped({"b.zip": zipped({"a.csv": "1"})})}, "archive in an archive"),
    "bomb": ({"a.zip": zipped({"a.csv": b"0" * 20_000_000})}, "times its size"),
    "false size": ({"a.zip": forged_size()}, "a.zip: damaged"),
    "many": ({"a.zip": zipped({f"{n}": "" for n in range(20_001)})}, "20,001 files"),
    "deep": ({"a.zip": zipped({"/".join("abcdefghij"): "1"})}, "folders deep"),
    "file and folder": ({"a.zip": zipped({"a": "1", "a/b.csv": "1"})}, "two files of this name"),
    "not a zip": ({"a.zip": b"<html>"}, "a.zip: not a zip archive"),
    "cut off": ({"a.zip": zipped({"a.csv": "1"})[:-30]}, "a.zip: damaged"),
    "hidden": ({".htaccess": b"1"}, "not a usable name"),
    "too large": ({"a.csv": b"0" * 50_000_001}, "allowed are at most 50.0 MB"),
    "nothing": ({}, "No files"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_archive_is_refused_before_it_is_unpacked(case, tmp_path):
    files, message = REFUSED[case]
    folder = tmp_path / "made" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(DataError, match=message) as caught:
        lay_out(list(files.items()), folder, ROOM)
    assert str(tmp_path) not in str(caught.value) and len(str(caught.value)) < 250
    assert {path.name for path in tmp_path.rglob("*evil*")} == set()
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.csv")) < 1_000


def test_a_name_of_a_file_never_leads_out(tmp_path):
    folder = tmp_path / "made" / "folder"
    folder.mkdir(parents=True)
    lay_out([("..\\..\\..\\a.csv", b"1"), ("../../b.csv", b"1")], folder, ROOM)
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]


def test_what_holds_no_digits_is_refused_with_what_was_found(digits, tmp_path):
    cases = {
        "found: .+; expected": {"notes.pdf": b"%PDF-1.4"},
        "web page": {"train.csv": b"<!doctype html><html></html>"},
        "missing": dict([next(iter(idx_files(digits).items()))]),
        "one class": {"train.csv": layouts.table(digits[0], digits[1] * 0).encode()},
    }
    for message, files in cases.items():
        with pytest.raises(DataError, match=message) as caught:
            bring(files)
        assert "ann-brought" not in str(caught.value), "no path of the server"
    assert not brought.listed(ANNA) and not cache.keys("")


def test_packed_files_that_hold_too_much_are_refused(digits):
    zeros = np.zeros((60_000, 28, 28), np.uint8)
    zeros[:, 14, 10:18] = 255
    names = layouts.MNIST[:2]
    content = [layouts.idx(zeros), layouts.idx(np.arange(60_000) % 10)]
    files = {f"{n}.gz": gzip.compress(c) for n, c in zip(names, content, strict=True)}
    with pytest.raises(DataError, match=r"hold more than 10.0 MB"):
        bring(files, room=ROOM._replace(unpacked_bytes=10_000_000))
    with pytest.raises(DataError, match="60,000 images; allowed are at most 1,000"):
        bring(files, room=ROOM._replace(images=1_000))
    with pytest.raises(DataError, match="takes more than 0 s"):
        bring(files, room=ROOM._replace(seconds=0))


def test_pictures_that_would_take_hours_are_given_up():
    huge = io.BytesIO()
    Image.new("1", (2_000, 2_000)).save(huge, "PNG")
    files = {f"{n % 2}/{n}.png": huge.getvalue() for n in range(2_000)}
    began = time.monotonic()
    with pytest.raises(DataError, match="takes more than 2 s"):
        bring({"huge.zip": zipped(files)}, room=ROOM._replace(seconds=2))
    assert time.monotonic() - began < 20 and not cache.keys("")


def test_a_set_is_its_owners_alone(digits):
    made = bring(tables(digits))
    assert [info.name for info in brought.listed(ANNA)] == ["my:mine"]
    assert brought.listed(BEN) == [] and not brought.has(BEN, "my:mine")
    for name in ("my:mine", "my:mine~inverted"):
        with pytest.raises(DataError, match="you have no data set of this name"):
            brought.load(BEN, name, ROOM)
    bens = bring(tables(digits), BEN)
    brought.delete(BEN, "my:mine")
    assert brought.load(ANNA, "my:mine", ROOM).fingerprint == bens.fingerprint
    assert made.folder.is_dir(), "Anna's images stay, though they are the same"
    brought.delete(ANNA, "my:mine")
    assert not made.folder.exists() and not brought.listed(ANNA)


def test_all_sets_of_an_owner_can_be_forgotten_by_a_digest_of_her(digits):
    bring(tables(digits))
    brought.load(ANNA, "my:mine~inverted", ROOM)
    bring(tables(digits), BEN)
    brought.forget(hashlib.sha256(ANNA.encode()).hexdigest())
    assert brought.listed(ANNA) == [] and len(brought.listed(BEN)) == 1


def test_a_changed_copy_is_the_owners_too_and_not_in_the_shared_list(digits):
    import data

    bring(tables(digits))
    copy = brought.load(ANNA, "my:mine~transposed~inverted", ROOM)
    assert copy.name == "my:mine~inverted~transposed"
    assert (copy.images.max(), copy.doubts != ()) == (255, True)
    assert not any("mine" in info.name for info in data.available())
    assert copy.name in [info.name for info in brought.listed(ANNA)]
    assert brought.listed(BEN) == []


def test_a_second_set_of_the_same_name_gets_a_number_and_there_is_only_so_much_room(digits):
    names = [bring(tables(digits)).name for _ in range(3)]
    assert names == ["my:mine", "my:mine-2", "my:mine-3"]
    with pytest.raises(DataError, match=r"3 data sets here.*allowed are 3"):
        bring(tables(digits))
    assert bring(tables(digits), BEN, room=ROOM._replace(all_bytes=2_500_000)), "the same images"
    fewer = Arrays(*(part[10:] for part in digits))
    with pytest.raises(DataError, match=r"all visitors would take 3 MB; the limit is 2 MB"):
        bring(tables(fewer), BEN, room=ROOM._replace(all_bytes=2_000_000))
    brought.delete(ANNA, "my:mine-2")
    assert bring(tables(digits)).name == "my:mine-2"


def test_what_nobody_uses_is_deleted(digits):
    for owner in (ANNA, BEN):
        bring(tables(digits), owner)
    old = time.time() - 31 * brought.DAY
    for key in cache.keys("brought-"):
        os.utime(cache.FOLDER / f"{key}.json", (old, old))
    assert brought.has(ANNA, "my:mine"), "which counts as use"
    bring(tables(digits), "cleo")
    assert brought.listed(ANNA) and not brought.listed(BEN)
