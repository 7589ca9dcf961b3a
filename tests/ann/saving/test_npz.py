"""Arrays in a file: an unexpected one is refused, and a large one is not even read."""

import io
import pickle
import struct
import zipfile

import numpy as np
import pytest

from tests.ann.saving.files import (
    RUN,
    RUN_FILE,
    as_npy,
    members,
    refused,
    with_member,
    zipped,
)


def test_an_array_of_another_shape_is_refused_and_named():
    refused(with_member(RUN_FILE, "theta", as_npy(RUN.theta[:-1])), match="theta")
    square = RUN.theta.reshape(1, -1)
    refused(with_member(RUN_FILE, "theta", as_npy(square)), match="theta")


def test_an_array_of_another_type_is_refused_and_named():
    refused(with_member(RUN_FILE, "theta", as_npy(RUN.theta.astype(np.float64))), match="theta")
    refused(with_member(RUN_FILE, "theta", as_npy(RUN.theta.astype(np.int32))), match="theta")


def test_an_array_that_is_missing_is_refused():
    parts = members(RUN_FILE)
    del parts["theta.npy"]
    refused(zipped(parts), match="theta")


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("the pickle was opened",))


def test_a_pickle_is_never_opened():
    trap = np.array([Trap()], dtype=object)
    for name in ("theta", "header"):
        refused(with_member(RUN_FILE, name, as_npy(trap, allow_pickle=True)))
        refused(with_member(RUN_FILE, name, pickle.dumps(Trap())))


def test_an_array_that_unpacks_to_far_more_than_it_should_is_refused_unread():
    bomb = zipped(
        members(RUN_FILE) | {"theta.npy": bytes(200_000_000)}, compression=zipfile.ZIP_DEFLATED
    )
    assert len(bomb) < 1_000_000
    refused(bomb, match="theta: takes 200,000,000 bytes")


def test_a_header_that_unpacks_to_far_too_much_is_refused_unread():
    bomb = zipped({"header.npy": bytes(50_000_000)}, compression=zipfile.ZIP_DEFLATED)
    refused(bomb, match="header: takes")


def claiming(shape, size):
    """An array file that claims a shape and holds `size` bytes."""
    file = io.BytesIO()
    described = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)
    return file.getvalue() + bytes(size)


def with_description(text):
    """An array with any text as its description."""
    described = text.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(described)) + described + bytes(9)


@pytest.mark.parametrize(
    "description",
    [
        "{'descr': (), 'fortran_order': False, 'shape': (9,)}",
        "{'descr': ('<f4',), 'fortran_order': False, 'shape': (9,)}",
        "{'descr': '<f4', 1: False, 'shape': (9,)}",
        "{[]: 1}",
        "((((",
        "if 1:\n  2\n 3",
        "\x00",
    ],
)
def test_an_array_with_a_nonsensical_description_is_refused(description):
    refused(
        with_member(RUN_FILE, "header", with_description(description)),
        match="header: not described",
    )


def test_a_part_compressed_as_numpy_never_does_is_refused():
    for packing in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        refused(zipped(members(RUN_FILE), packing), match="header: compressed")


def test_a_message_does_not_echo_a_file_whose_names_are_forged():
    forged = bytearray(RUN_FILE)
    forged[26:28] = struct.pack("<H", len(RUN_FILE) // 2)  # the length of the first part's name
    refused(bytes(forged), match="not a file of ANN Lab, or damaged")


def test_a_directory_at_an_impossible_place_is_refused():
    end = RUN_FILE.rindex(b"PK\x05\x06")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, 100, 2**64 - 1)
    found_at = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    refused(RUN_FILE[:end] + wide + found_at + RUN_FILE[end:], match="damaged")


def test_an_array_that_claims_a_huge_shape_is_refused_without_allocating_it():
    for name in ("theta", "header"):
        lie = claiming((10**13,), RUN.theta.nbytes)
        refused(with_member(RUN_FILE, name, lie), match=name)
