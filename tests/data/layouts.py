"""Writers of digits in the layouts that people have them in."""

import gzip
import io
import struct

import numpy as np
from PIL import Image

MNIST = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def idx(array, kind=0x08):
    """An array as the content of an IDX file."""
    array = np.asarray(array, {0x08: ">u1", 0x0C: ">i4"}[kind])
    head = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


def four(folder, arrays, names=MNIST, turned=False, labels=idx):
    """Arrays as four IDX files, packed where the names say so; returns the folder."""
    for name, array in zip(names, arrays, strict=True):
        if array.ndim == 2:
            side = int(array.shape[1] ** 0.5)
            array = array.reshape(-1, side, side)
            content = idx(array.transpose(0, 2, 1) if turned else array)
        else:
            content = labels(array)
        write(folder / name, gzip.compress(content, 1) if name.endswith(".gz") else content)
    return folder


def write(path, content):
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(content)
    return path


def picture(pixels, form="PNG", mode="L"):
    """An image (784,) as the content of a picture file."""
    out = io.BytesIO()
    Image.fromarray(pixels.reshape(28, 28)).convert(mode).save(out, form)
    return out.getvalue()


def pictures(folder, images, labels, suffix=".png", **options):
    """Images as pictures in a folder for each label."""
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        write(folder / str(label) / f"{number:05d}{suffix}", picture(image, **options))
    return folder


def table(images, labels, last=False, separator=","):
    """Images and labels as lines of text."""
    lines = []
    for image, label in zip(images.tolist(), labels.tolist(), strict=True):
        lines.append(separator.join(map(str, [*image, label] if last else [label, *image])))
    return "\n".join(lines) + "\n"


def npz(path, **arrays):
    """Arrays as an `.npz` file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    return path


def parquet(path, images, labels, **columns):
    """Images as Hugging Face stores them: a column of PNG files, a column of labels."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    files = [{"bytes": picture(image), "path": None} for image in images]
    pq.write_table(pa.table({"image": files, "label": list(labels), **columns}), path)
    return path
