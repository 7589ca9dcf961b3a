"""A canvas without a browser, for the pages that have one."""

import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import data

BLANK = np.zeros((280, 280, 4), np.uint8)
BLANK[..., 3] = 255


def drawing(index: int) -> np.ndarray:
    """A test digit as if it had been drawn on the canvas: enlarged and off center."""
    digit = data.load("mnist-5k").test_images[index].reshape(28, 28)
    large = digit.repeat(8, 0).repeat(8, 1)
    canvas = BLANK.copy()
    canvas[40:264, 10:234, :3] = large[..., None]
    return canvas


def png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def canvas(monkeypatch):
    """What is on the canvas: set `.image`, or `.file` and `.strokes`, which a browser sends."""
    paper = SimpleNamespace(image=None, file=None, strokes=None, keys=[])

    def st_canvas(key, **options):
        paper.keys.append(key)
        paper.options = options
        file = paper.file if paper.image is None else png(paper.image)
        strokes = paper.strokes or options["initial_drawing"] or {"objects": paper.keys[-1:]}
        return SimpleNamespace(image_bytes=file, json_data=strokes)

    # The component can only be imported in a server.
    stand_in = SimpleNamespace(st_canvas=st_canvas)
    monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", stand_in)
    return paper


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))
