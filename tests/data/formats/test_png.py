"""PNG pictures from a browser: nothing but the expected size and kind is decoded."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from data.formats.png import read_png


def png(mode: str, size: tuple[int, int], **options) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, "PNG", **options)
    return buffer.getvalue()


def noise(side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side, 4)).astype(np.uint8)


def test_a_picture_of_the_expected_size_is_read():
    pixels = noise(280)  # the longest file: it cannot be compressed
    for level in (0, 6):
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=level)
        np.testing.assert_array_equal(read_png(buffer.getvalue(), 280, 280), pixels)


def test_a_huge_picture_in_a_small_file_is_refused_before_it_is_decoded():
    file = png("RGBA", (5_000, 5_000))
    assert len(file) < 110_000
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"5,000 × 5,000 pixels, 8-bit RGBA; expected 280 × 280"):
        read_png(file, 280, 280)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


@pytest.mark.parametrize("mode", ["RGB", "LA", "L", "P", "1", "I;16"])
def test_another_kind_of_picture_is_refused_with_what_was_found(mode):
    with pytest.raises(ValueError, match=r"-bit .*; expected 280 × 280, 8-bit RGBA"):
        read_png(png(mode, (280, 280)), 280, 280)


def test_a_file_that_is_longer_than_its_pixels_need_is_refused():
    with pytest.raises(ValueError, match="330,001 bytes; 280 × 280 pixels need at most 329,984"):
        read_png(bytes(330_001), 280, 280)


def test_no_broken_file_raises_any_other_error():
    rng, whole = np.random.default_rng(1), bytearray(png("RGBA", (280, 280)))
    buffer = io.BytesIO()
    Image.fromarray(noise(20)).save(buffer, "PNG", compress_level=0)
    for good, side in ((whole, 280), (bytearray(buffer.getvalue()), 20)):
        for _ in range(300):
            file = good.copy()
            for at in rng.integers(0, len(file), rng.integers(1, 5)):
                file[at] = rng.integers(0, 256)
            if rng.random() < 0.3:
                del file[rng.integers(0, len(file)) :]
            try:
                assert read_png(bytes(file), side, side).shape == (side, side, 4)
            except ValueError as error:
                assert str(error).startswith("picture: ")
