"""Arrays in a `.npz` file, read with distrust: type and size are checked before a byte is read."""

import io
import zipfile
import zlib
from typing import TypeVar

import numpy as np
import numpy.typing as npt

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those that NumPy uses
MAX_DESCRIPTION_BYTES = 1_000  # before an array's values: its type and shape

# What opening a damaged file can raise; a RecursionError is a RuntimeError.
DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,  # a part that claims to begin at an impossible place
)


S = TypeVar("S", bound=np.generic)


class CheckpointError(ValueError):
    """A file that is not what it should be; the message says what is wrong with it."""


def read_text(archive: zipfile.ZipFile, name: str, limit: int) -> str:
    """The text, of up to `limit` bytes, in an array that `as_array` made."""
    size = archive.getinfo(f"{name}.npy").file_size
    if size > limit:
        raise CheckpointError(f"{name}: takes {size:,} bytes; the limit is {limit:,}")
    return _unpack(_part(archive, name), name, np.uint8).tobytes().decode()


def as_array(text: str) -> npt.NDArray[np.uint8]:
    """Text as an array of bytes, for `read_text`."""
    return np.frombuffer(text.encode(), np.uint8)


def read_array(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    """A float32 array of exactly this shape; nothing larger is ever read."""
    found, needed = archive.getinfo(f"{name}.npy").file_size, 4 * int(np.prod(shape))
    if not needed <= found <= needed + MAX_DESCRIPTION_BYTES:
        raise CheckpointError(
            f"{name}: takes {found:,} bytes; shape {shape}, float32, takes {needed:,}"
        )
    return _unpack(_part(archive, name), name, np.float32, shape)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes, never more than the size that its entry states, which has been checked.

    Other compressions would need memory, and raise errors, of their own.
    """
    entry = archive.getinfo(f"{name}.npy")
    found = entry.compress_type
    if found not in COMPRESSIONS:
        raise CheckpointError(f"{name}: compressed by method {found}; needs one of {COMPRESSIONS}")
    with archive.open(entry) as part:
        return part.read(entry.file_size)  # without a size, it would unpack up to 2 GB at once


def _unpack(
    raw: bytes, name: str, dtype: type[S], shape: tuple[int, ...] | None = None
) -> npt.NDArray[S]:
    """The array in the bytes of a `.npy` file; flat if no `shape` is given.

    `np.load` would first allocate whatever shape the file claims.
    """
    file = io.BytesIO(raw)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise CheckpointError(f"{name}: version {version} of NumPy's format; needs (1, 0)")
    try:
        claimed, _, kind = np.lib.format.read_array_header_1_0(file)
    except Exception as error:  # the parser can raise nearly anything about a forged description
        what = type(error).__name__
        raise CheckpointError(f"{name}: not described as an array ({what})") from error
    array_size = len(raw) - file.tell()
    shape = shape or (array_size,)
    if claimed != shape or kind != dtype or array_size != kind.itemsize * int(np.prod(shape)):
        raise CheckpointError(
            f"{name}: shape {claimed}, {kind}; needs shape {shape}, {np.dtype(dtype)}"
        )
    return np.frombuffer(raw, dtype, offset=file.tell()).reshape(shape).copy()
