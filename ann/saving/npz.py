"""Arrays of a `.npz` file, read with distrust: type and size are checked before a byte is read."""

import io
import zipfile
import zlib

import numpy as np

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those of NumPy

# What opening a damaged file can raise; a RecursionError is a RuntimeError.
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError, RuntimeError)
DAMAGE += (OverflowError,)  # a part that is said to begin beyond all places


class CheckpointError(ValueError):
    """A file that is not what it should be; the message says what is wrong with it."""


def read_text(archive: zipfile.ZipFile, name: str, most: int) -> str:
    """Text of up to `most` bytes, of an array that `as_array` made."""
    if archive.getinfo(f"{name}.npy").file_size > most:
        raise CheckpointError(f"{name}: larger than {most:,} bytes")
    return _unpack(_part(archive, name), name, np.uint8).tobytes().decode()


def as_array(text: str) -> np.ndarray:
    """Text as an array of bytes, which `read_text` reads."""
    return np.frombuffer(text.encode(), np.uint8)


def read_array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A float32 array of exactly this shape; nothing larger is ever read."""
    size = 4 * int(np.prod(shape))
    if not size <= archive.getinfo(f"{name}.npy").file_size <= size + 1000:
        raise CheckpointError(f"{name}: not the size of shape {shape}, float32")
    return _unpack(_part(archive, name), name, np.float32, shape)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes. Other packings would need room, and raise errors, of their own."""
    if archive.getinfo(f"{name}.npy").compress_type not in PACKINGS:
        raise CheckpointError(f"{name}: packed in another way than NumPy packs")
    return archive.read(f"{name}.npy")


def _unpack(raw: bytes, name: str, dtype: type, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """The array in the bytes of a `.npy` file; flat if no `shape` is asked for.

    `np.load` would first make room for whatever shape the file claims.
    """
    file = io.BytesIO(raw)
    if np.lib.format.read_magic(file) != (1, 0):
        raise CheckpointError(f"{name}: not version 1.0 of NumPy's format")
    try:
        claimed, _, kind = np.lib.format.read_array_header_1_0(file)
    except Exception as error:  # a forged header brings the parser to raise nearly anything
        what = type(error).__name__
        raise CheckpointError(f"{name}: does not begin as an array does ({what})") from error
    array_size = len(raw) - file.tell()
    shape = shape or (array_size,)
    if claimed != shape or kind != dtype or array_size != kind.itemsize * int(np.prod(shape)):
        raise CheckpointError(f"{name}: {claimed}, {kind}; needs {shape}, {np.dtype(dtype)}")
    return np.frombuffer(raw, dtype, offset=file.tell()).reshape(shape).copy()
