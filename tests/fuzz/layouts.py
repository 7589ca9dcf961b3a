"""Fuzzers of folders of digits: `.npz`, Parquet, LIBSVM, pictures, and names of all kinds."""

import bz2
import gzip
import shutil
from functools import cache as once
from random import Random

import numpy as np

import data
from data.finding import places
from data.preparing import reading
from data.preparing.prepare import prepare
from tests.data import layouts
from tests.fuzz import mutate
from tests.fuzz.files import arrays, folder
from tests.fuzz.fuzzer import Fuzzer

Files = dict[str, bytes]  # the content of each, by its path in the folder
WORDS = ("train", "test", "t10k", "images", "labels", "x", "y", "emnist", "letters", "fashion", "3")
ENDINGS = (
    "",
    ".csv",
    ".npz",
    ".npy",
    ".png",
    "-idx3-ubyte",
    ".idx1-ubyte.gz",
    ".txt",
    ".tra",
    ".t",
)


def forged_npz(rng: Random) -> Files:
    """Keras' mnist.npz, or a pair of files, with a part that is damaged."""
    a = arrays()
    parts = dict(zip(("x_train", "y_train", "x_test", "y_test"), a, strict=True))
    packed = {f"{name}.npy": mutate.as_npy(array) for name, array in parts.items()}
    if rng.random() < 0.5:
        name = rng.choice(list(packed))
        packed[name] = mutate.part(rng, packed[name])
    if rng.random() < 0.3:
        return {name: content for name, content in packed.items()}
    whole = mutate.zipped(rng, packed)
    kind = rng.random()
    if kind < 0.5:
        whole = mutate.zip_damaged(rng, whole) if kind < 0.25 else mutate.damaged(rng, whole)
    return {"mnist.npz": whole}


@once
def whole_parquet() -> bytes:
    """A small file as Hugging Face has them."""
    path = layouts.parquet(folder() / "made.parquet", *arrays()[:2])
    return path.read_bytes()


def forged_parquet(rng: Random) -> Files:
    """Parquet files of which one may be damaged."""
    whole = whole_parquet()
    return {
        "train.parquet": mutate.damaged(rng, whole) if rng.random() < 0.7 else whole,
        "test.parquet": whole,
    }


def forged_pictures(rng: Random) -> Files:
    """Folders of pictures of any kind, of which some are damaged or of another size."""
    files = {}
    for number, (image, label) in enumerate(zip(*arrays()[:2], strict=True)):
        form = rng.choice(("PNG", "JPEG", "BMP"))
        content = layouts.picture(image, form, rng.choice(("L", "RGB", "L", "1")))
        if rng.random() < 0.1:
            content = mutate.damaged(rng, content)
        name = rng.choice((f"{number}", f"{number:05d}", mutate.text(rng)[:20]))
        files[f"train/{label % 3}/{_safe(name)}.{form.lower()}"] = content
    return files


def forged_libsvm(rng: Random) -> Files:
    """A text of labels and pairs with wrong numbers, lines or bytes."""
    lines = []
    for image, label in zip(*arrays()[:2], strict=True):
        pairs = [f"{k}:{v / 255:.3g}" for k, v in enumerate(image[:256].tolist(), 1)]
        if rng.random() < 0.15:
            pairs[rng.randrange(256)] = rng.choice((mutate.text(rng), "0:1", "99999:1", "3:nan"))
        lines.append(" ".join([str(label + 1), *pairs]))
    content = "\n".join(lines).encode(errors="replace")
    if rng.random() < 0.3:
        content = mutate.damaged(rng, content)
    kind = rng.random()
    if kind < 0.4:
        content = bz2.compress(content) if kind < 0.2 else gzip.compress(content, mtime=0)
        content = mutate.damaged(rng, content) if rng.random() < 0.3 else content
    return {f"usps{'.bz2' if kind < 0.2 else '.gz' if kind < 0.4 else ''}": content}


def forged_names(rng: Random) -> Files:
    """Files of right contents under names that say anything, in folders of any names."""
    a = arrays()
    contents = [
        layouts.idx(a.train_images.reshape(-1, 28, 28)),
        layouts.idx(a.train_labels),
        layouts.table(*a[:2]).encode(),
        mutate.as_npy(a.train_images),
        layouts.picture(a.train_images[0]),
        b"<html>",
        b"",
    ]
    files = {}
    for _ in range(rng.randrange(1, 9)):
        steps = [rng.choice(WORDS) for _ in range(rng.randrange(3))]
        name = rng.choice("-_.").join(rng.choice(WORDS) for _ in range(rng.randrange(1, 4)))
        ending = rng.choice(ENDINGS)
        if rng.random() < 0.1:
            name = _safe(mutate.text(rng)[:30])
        files["/".join([*steps, name + ending])] = rng.choice(contents)
    return files


def _safe(name: str) -> str:
    """A text as the name of a file."""
    name = name.replace("/", "_").replace("\0", "_").encode(errors="replace").decode()
    return name if name.strip(". ") else "x"


def read(files: Files) -> None:
    """The folder that holds the files: what opens is a data set, the rest says why not."""
    root = folder() / "layout"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name, content in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError:  # a file and a folder of one name
            continue
    for place in places.within(root):
        if place.found is None:
            assert str(folder()) in place.problem
            raise data.DataError(place.problem)
        reading.stamped(place.found)
        reading.check(place.found)
        prepared = prepare(place.found, *reading.read(place.found))
        assert prepared.arrays.train_images.shape[1] == 784
        assert np.max(prepared.arrays.train_labels) < len(prepared.class_names)


FUZZERS = tuple(
    Fuzzer(f"{name}-sets", make, read, (data.DataError,), inputs=inputs)
    for name, make, inputs in (
        ("npz", forged_npz, 100),
        ("parquet", forged_parquet, 60),
        ("picture", forged_pictures, 60),
        ("libsvm", forged_libsvm, 60),
        ("name", forged_names, 150),
    )
)
