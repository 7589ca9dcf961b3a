"""Ways to damage bytes, to forge text and JSON, and to rebuild `.npz` files around them."""

import gzip
import io
import json
import struct
import zipfile
from copy import deepcopy
from random import Random
from typing import Any

import numpy as np

TEXTS = (
    "",
    " ",
    "\x00",
    "\n",
    "\r\nSet-Cookie: a=b",
    "0",
    "-1",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "٣",
    "1_000",
    "0x10",
    "true",
    "none",
    "[x](http://evil)",
    "http://evil",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "'; DROP TABLE runs; --",
    "half \ud83d",
    "😀",
    "\u202e",
    "~",
    "~~",
    ":",
    ",",
    "-",
    "learning_rate",
    "hidden_sizes",
    "128-64",
    "%s%n{0}",
)
VALUES = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    10**16,
    10**400,
    -0.0,
    0.5,
    1e-320,
    1e308,
    float("nan"),
    float("inf"),
    -float("inf"),
    [],
    {},
    [[]],
    [None],
    {"a": 1},
)
NUMBERS = (0, 1, 2, 8, 255, 256, 2**15, 2**16 - 1, 2**16, 2**31 - 1, 2**31, 2**32 - 1)


def text(rng: Random) -> str:
    """A text that a reader may not expect."""
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(TEXTS)
    if kind < 0.8:
        return "".join(
            chr(rng.choice((rng.randrange(32, 127), rng.randrange(0xD7FF)))) for _ in "a" * 8
        )
    if kind < 0.9:
        return rng.choice(TEXTS) * rng.choice((2, 50, 5_000)) + rng.choice("ab1~-,")
    if kind < 0.92:
        return rng.choice("19") * rng.choice((20, 400, 4_000))
    return str(rng.choice((rng.uniform(-2, 2), rng.randrange(-100, 10**6))))


def value(rng: Random) -> Any:
    """A value of JSON that a reader may not expect."""
    kind = rng.random()
    if kind < 0.6:
        return deepcopy(rng.choice(VALUES))
    if kind < 0.8:
        return text(rng)
    if kind < 0.9:
        return rng.choice((rng.uniform(-2, 2), rng.randrange(-10, 1000)))
    return [deepcopy(rng.choice(VALUES))] * rng.choice((1, 6, 10, 700))


def forged(rng: Random, tree: Any) -> Any:
    """JSON with one to three of its values, at any depth, replaced, removed, repeated or moved."""
    tree = [deepcopy(tree)]
    for _ in range(rng.randint(1, 3)):
        holder: Any = tree
        key: Any = 0
        while isinstance(holder[key], (dict, list)) and holder[key] and rng.random() < 0.8:
            holder = holder[key]
            key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        kind = rng.random()
        if kind < 0.6 or holder is tree:
            holder[key] = value(rng)
        elif kind < 0.75:
            del holder[key]
            if not holder:
                break
        elif isinstance(holder, dict):
            holder[text(rng)] = deepcopy(holder[key])
        else:
            holder.insert(key, deepcopy(rng.choice(holder)))
    return tree[0]


def as_text(rng: Random, tree: Any) -> str:
    """JSON as text, now and then damaged or nested without end."""
    kind = rng.random()
    if kind < 0.02:
        return rng.choice(("[", '{"a":', "[[1],")) * 50_000
    written = json.dumps(tree)
    if kind < 0.1:
        return damaged(rng, written.encode()).decode(errors="replace")
    return written


def damaged(rng: Random, content: bytes) -> bytes:
    """Bytes with one to four of them changed, or with parts cut out, doubled or made zero."""
    raw = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        if not raw:
            break
        start = rng.randrange(len(raw))
        end = min(len(raw), start + rng.choice((1, 2, 4, 16, 300)))
        kind = rng.random()
        if kind < 0.5:
            raw[start] = rng.randrange(256)
        elif kind < 0.6:
            raw[start:end] = bytes(end - start)
        elif kind < 0.7:
            del raw[start:end]
        elif kind < 0.8:
            raw[start:start] = raw[start:end]
        elif kind < 0.9:
            number = struct.pack(rng.choice("<>") + "I", rng.choice(NUMBERS))
            raw[start : start + 4] = number
        else:
            del raw[start:]
    return bytes(raw)


def gzipped(rng: Random, content: bytes) -> bytes:
    """Compressed, sometimes damaged before, sometimes after, sometimes far larger inside."""
    kind = rng.random()
    if kind < 0.4:
        return gzip.compress(damaged(rng, content), 1, mtime=0)
    if kind < 0.5:
        return gzip.compress(content + bytes(rng.choice((1, 10**6, 10**7))), 1, mtime=0)
    return damaged(rng, gzip.compress(content, 1, mtime=0))


# `.npz` files.


def as_npy(array: Any) -> bytes:
    """An array as the content of a `.npy` file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The files in a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def npz(rng: Random, content: bytes) -> bytes:
    """A forged `.npz`: its header, an array's description, its parts or the zip around them."""
    parts = parts_of(content)
    kind = rng.random()
    if kind < 0.45:
        header = json.loads(np.load(io.BytesIO(content))["header"].tobytes())
        written = as_text(rng, forged(rng, header)).encode(errors="surrogatepass")
        parts["header.npy"] = as_npy(np.frombuffer(written, np.uint8))
    elif kind < 0.65:
        name = rng.choice(list(parts))
        parts[name] = part(rng, parts[name])
    elif kind < 0.75:
        _move_parts(rng, parts)
    whole = zipped(rng, parts)
    if kind >= 0.75:
        whole = zip_damaged(rng, whole)
    return damaged(rng, whole) if rng.random() < 0.1 else whole


def part(rng: Random, content: bytes) -> bytes:
    """A forged `.npy`: its numbers, its description, or any of its bytes."""
    return rng.choice((_description, _array, damaged))(rng, content)


def _array(rng: Random, content: bytes) -> bytes:
    """Numbers that are not finite, or an array of another type or shape."""
    array = np.load(io.BytesIO(content)).copy()
    kind = rng.random()
    if kind < 0.5 and array.size and array.dtype == np.float32:
        array.flat[rng.randrange(array.size)] = rng.choice((np.nan, np.inf, -np.inf, 3e38, 1e-45))
        return as_npy(array)
    return as_npy(
        rng.choice((array.astype(np.float64), array[:-1], array.reshape(1, -1), array[..., None]))
    )


def _description(rng: Random, content: bytes) -> bytes:
    """An array with a forged description: its type, order or shape."""
    shape = rng.choice(("()", "(9,)", "(-1,)", "(4294967295, 4294967295)", "(True,)", "9", "'9'"))
    kind = rng.choice(("'<f4'", "'|u1'", "'O'", "'<f8'", "'<U9'", "[('a', '<f4')]", "9", "None"))
    order = rng.choice(("False", "True", "1", "None"))
    written = f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}}}"
    if rng.random() < 0.3:
        written = rng.choice(("(" * 5_000, "__import__('os')", text(rng), "{" + written))
    raw = written.encode(errors="replace").ljust(118)[:65_000] + b"\n"
    version = rng.choice((b"\1\0", b"\1\0", b"\2\0", b"\3\0", b"\xff\xff"))
    return b"\x93NUMPY" + version + struct.pack("<H", len(raw)) + raw + content[128:]


def _move_parts(rng: Random, parts: dict[str, bytes]) -> None:
    name, other = rng.choice(list(parts)), rng.choice(list(parts))
    kind = rng.random()
    if kind < 0.4:
        del parts[name]
    elif kind < 0.7:
        parts[name] = parts[other]
    else:
        parts["a" + text(rng).replace("\ud83d", "")[:9_000]] = parts.pop(name)


def zipped(rng: Random, parts: dict[str, bytes]) -> bytes:
    "Parts in a zip file, compressed in any way, at times with far too much inside."
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)
    file = io.BytesIO()
    method = rng.choice(methods)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(_undated(name), content, method)
        if rng.random() < 0.02:
            archive.writestr(_undated("bomb"), bytes(20_000_000), zipfile.ZIP_DEFLATED, 1)
    return file.getvalue()


def _undated(name: str) -> zipfile.ZipInfo:
    """A part with a fixed date: the same seed makes the same bytes at any time."""
    return zipfile.ZipInfo(name)


def zip_damaged(rng: Random, whole: bytes) -> bytes:
    """One number changed in a local header, in the directory or in its end."""
    raw = bytearray(whole)
    signature = rng.choice((b"PK\3\4", b"PK\1\2", b"PK\1\2", b"PK\5\6"))
    places = [at for at in range(len(raw)) if raw[at : at + 4] == signature]
    if not places:
        return damaged(rng, whole)
    start = rng.choice(places) + 4
    at = start + rng.randrange(0, {b"PK\3\4": 26, b"PK\1\2": 42, b"PK\5\6": 18}[signature], 2)
    if rng.random() < 0.5:
        raw[at : at + 2] = struct.pack("<H", rng.choice(NUMBERS) & 0xFFFF)
    else:
        raw[at : at + 4] = struct.pack("<I", rng.choice(NUMBERS))
    return bytes(raw)
