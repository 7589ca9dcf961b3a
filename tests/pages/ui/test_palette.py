"""The colors: one meaning each, and an order that everybody can see."""

import numpy as np

from pages.ui import palette

# Machado, Oliveira and Fernandes (2009), severity 1: how linear RGB looks to each kind of vision.
VISION = {
    "normal": np.eye(3),
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def linear(color):
    share = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    low, high = sorted((a, b))
    return (high + 0.05) / (low + 0.05)


def test_the_scale_from_worst_to_best_grows_lighter_for_every_kind_of_vision():
    for matrix in VISION.values():
        seen = [LUMINANCE @ np.clip(matrix @ linear(c), 0, 1) for c in palette.SEQUENTIAL]
        assert (np.diff(seen) > 0).all() and contrast(seen[0], seen[-1]) > 10


def test_orange_is_the_validation_set_and_nothing_else():
    others = [palette.TRAINING, palette.MISTAKE, palette.RIGHT, palette.CHANGE, palette.MUTED]
    assert palette.VALIDATION not in {*others, *palette.CLASSES, *palette.SEQUENTIAL}
    assert palette.VALIDATION not in {color for color, _, _ in palette.LANES}


def test_a_lane_can_be_told_from_the_others_by_color_dash_or_symbol_alone():
    for feature in zip(*palette.LANES, strict=True):
        assert len(set(feature)) == len(palette.LANES)


def test_lines_are_seen_on_white_and_on_near_black():
    colors = [c for c, *_ in palette.LANES] + list(palette.CLASSES)
    for color in (*colors, palette.TRAINING, palette.VALIDATION, palette.MISTAKE, palette.RIGHT):
        for background in (palette.LIGHT, palette.DARK):
            assert contrast(LUMINANCE @ linear(color), LUMINANCE @ linear(background)) > 2.5
