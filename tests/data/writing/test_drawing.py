"""A drawing is prepared the way MNIST's digits were."""

import numpy as np
import pytest

from data.writing import drawing
from data.writing.drawing import steps, to_mnist
from tests.pen import render

TWO = [[[0, 3], [2, 0], [5, 0], [7, 3], [5, 6], [0, 11], [7, 11]]]
SEVEN = [[[0, 0], [6, 0], [3, 10]], [[1, 5], [6, 5]]]
ONE = [[[0, 0], [1, 12]]]
DIGITS = {"two": TWO, "seven": SEVEN, "one": ONE}


@pytest.fixture(params=DIGITS)
def strokes(request):
    return DIGITS[request.param]


def difference(a, b) -> float:
    """Mean absolute difference of two pictures, as a share of the first one's ink."""
    return float(np.abs(a - b).sum() / a.sum())


def middle_of_mass(picture):
    at = np.indices(picture.shape) + 0.5
    return (at * picture).sum(axis=(1, 2)) / picture.sum()


def box(picture, lit):
    rows, columns = (np.flatnonzero((picture > lit).any(axis=axis)) for axis in (1, 0))
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def test_the_picture_is_28_by_28_float32_from_0_to_1(strokes):
    picture = to_mnist(render(strokes))
    assert picture.shape == (28, 28)
    assert picture.dtype == np.float32
    assert picture.min() == 0
    assert 0.9 < picture.max() <= 1


@pytest.mark.parametrize("brush", [4, 10, 18, 28, 40])
@pytest.mark.parametrize("extent", [60, 200, 250])
def test_the_center_of_mass_lies_where_mnist_has_it(strokes, brush, extent):
    picture = to_mnist(render(strokes, brush=brush, extent=extent))
    assert middle_of_mass(picture) == pytest.approx((14.5, 14.5), abs=0.1)


@pytest.mark.parametrize("brush", [4, 10, 18, 28, 40])
@pytest.mark.parametrize("extent", [60, 200, 250])
def test_the_digit_fits_a_box_of_20_and_fills_it(strokes, brush, extent):
    # A box of 20 placed between whole pixels touches at most 21 rows.
    picture = to_mnist(render(strokes, brush=brush, extent=extent))
    assert max(box(picture, 0.02)) <= 21
    assert max(box(picture, 0.25)) >= 19


@pytest.mark.parametrize("height", [60, 140, 200])
def test_the_aspect_ratio_is_kept(height):
    canvas = np.zeros((280, 280), np.uint8)
    width = height // 2
    for thick in range(-6, 7):  # an upright frame, twice as high as wide from line to line
        canvas[40 : 41 + height, [60 + thick, 60 + width + thick]] = 255
        canvas[[40 + thick, 40 + height + thick], 60 : 61 + width] = 255
    high, wide = (np.abs(np.diff(np.sort(at)[[0, -1]]))[0] for at in _lines(to_mnist(canvas)))
    assert high / wide == pytest.approx(2, rel=0.08)


def _lines(picture):
    """Middles of the first and last line of a frame, down and right."""
    for profile in (picture.sum(axis=1), picture.sum(axis=0)):
        at, half = np.arange(28) + 0.5, np.array_split(np.arange(28), [14])
        heavy = np.where(profile > 0.7 * profile.max(), profile, 0)
        yield np.array([at[h] @ heavy[h] / heavy[h].sum() for h in half])


@pytest.mark.parametrize("shift", [(30, 0), (-37, 22), (0.4, -0.7)])
def test_where_it_is_drawn_makes_no_difference(strokes, shift):
    still, moved = (to_mnist(render(strokes, extent=120, shift=s)) for s in [(0, 0), shift])
    assert difference(still, moved) < 0.05


@pytest.mark.parametrize(("extent", "brush"), [(100, 9), (240, 21.6)])
def test_how_large_it_is_drawn_makes_no_difference(strokes, extent, brush):
    usual, other = render(strokes), render(strokes, extent=extent, brush=brush)
    assert difference(to_mnist(usual), to_mnist(other)) < 0.06


@pytest.mark.parametrize("brush", [4, 10, 28])
def test_the_brush_makes_little_difference(strokes, brush):
    usual, other = to_mnist(render(strokes)), to_mnist(render(strokes, brush=brush))
    assert other.sum() == pytest.approx(usual.sum(), rel=0.35)
    assert drawing.stroke_width(other) == pytest.approx(2.4, abs=0.6)


def test_gray_and_rgba_give_the_same(strokes):
    gray = render(strokes)
    opaque = np.dstack([gray, gray, gray, np.full_like(gray, 255)])
    white_ink_on_nothing = np.dstack([np.full_like(gray, 255)] * 3 + [gray])
    for rgba in (opaque, white_ink_on_nothing):
        np.testing.assert_allclose(to_mnist(rgba), to_mnist(gray), atol=1e-4)


def test_color_and_brightness_of_the_ink_and_a_dark_background_do_not_matter():
    gray = render(TWO)
    ink, ground = np.array([250, 200, 80.0]), np.array([14, 17, 23.0])
    share = gray[..., None] / 255
    colored = np.dstack([share * ink + (1 - share) * ground, np.full(gray.shape, 255)])
    assert difference(to_mnist(gray), to_mnist(np.rint(colored).astype(np.uint8))) < 0.02
    assert difference(to_mnist(gray), to_mnist(gray // 3)) < 0.02


@pytest.mark.parametrize(
    "canvas",
    [
        np.zeros((280, 280), np.uint8),
        np.zeros((280, 280, 4), np.uint8),
        np.dstack([np.full((50, 80), 255, np.uint8)] * 3 + [np.zeros((50, 80), np.uint8)]),
        np.full((280, 280), 30, np.uint8),
        np.full((280, 280, 4), 255, np.uint8),
        np.random.default_rng(0).integers(0, 10, (28, 28)).astype(np.uint8),
    ],
    ids=["black", "transparent", "transparent white", "gray", "white", "faint noise"],
)
def test_an_empty_canvas_is_no_digit(canvas):
    assert to_mnist(canvas) is None
    assert steps(canvas) == []


@pytest.mark.parametrize("size", [1, 2, 3, 18, 100])
def test_a_dot_of_the_pen_is_enlarged_and_centered(size):
    canvas = np.zeros((280, 280), np.uint8)
    canvas[50 : 50 + size, 200 : 200 + size] = 255
    picture = to_mnist(canvas)
    assert np.isfinite(picture).all()
    assert picture[14, 14] == 1
    assert middle_of_mass(picture) == pytest.approx((14.5, 14.5), abs=0.01)


def test_a_line_one_pixel_thin_and_one_along_the_edges_are_prepared():
    canvas = np.zeros((280, 280), np.uint8)
    canvas[:, 140] = 255
    picture = to_mnist(canvas)
    assert box(picture, 0.25)[0] in (19, 20, 21)
    assert 1.5 < picture[14].sum() < 3  # as wide as a pen's stroke
    canvas = np.zeros((280, 280), np.uint8)
    canvas[[0, 1, -2, -1]] = canvas[:, [0, 1, -2, -1]] = 255
    picture = to_mnist(canvas)
    assert 19 <= min(box(picture, 0.25)) <= max(box(picture, 0.25)) <= 21
    assert picture[10:19, 10:19].max() == 0


def test_a_slip_of_the_pen_does_not_move_the_digit():
    canvas = render(TWO, extent=120)
    slipped = canvas.copy()
    yy, xx = np.ogrid[:280, :280]
    slipped[(yy - 265) ** 2 + (xx - 15) ** 2 < 7**2] = 255
    assert difference(to_mnist(canvas), to_mnist(slipped)) < 0.01


def test_a_separate_stroke_is_not_a_slip():
    five = [[[5, 0], [1, 0]], [[0, 2], [0, 5], [4, 5], [5, 8], [3, 10], [0, 10]]]
    picture = to_mnist(render(five, brush=12))
    without_hat = to_mnist(render(five[1:], brush=12))
    assert difference(picture, without_hat) > 0.2


def test_a_canvas_may_have_any_shape_and_size(strokes):
    usual = to_mnist(render(strokes))
    wide = np.pad(render(strokes), ((0, 0), (150, 30)))
    assert difference(usual, to_mnist(wide)) < 0.01
    assert difference(usual, to_mnist(np.kron(render(strokes), np.ones((2, 2), np.uint8)))) < 0.02
    assert to_mnist(np.array([[0, 255]], np.uint8)).shape == (28, 28)


def test_a_prepared_picture_stays_nearly_the_same(strokes):
    once = to_mnist(render(strokes))
    again = to_mnist(np.rint(255 * once).astype(np.uint8))
    assert difference(once, again) < 0.3
    assert np.corrcoef(once.ravel(), again.ravel())[0, 1] > 0.95


def test_the_steps_lead_from_the_drawing_to_the_prepared_picture():
    canvas = render(SEVEN)
    stages = steps(canvas)
    names = ["drawn", "cropped", "stroke normalized", "scaled to 20×20", "centered"]
    assert [name for name, _ in stages] == names
    pictures = dict(stages)
    np.testing.assert_allclose(pictures["drawn"], canvas / 255, atol=1e-6)
    assert pictures["cropped"].shape == box(canvas, 255 * 0.3)
    assert pictures["scaled to 20×20"].shape == (20, 20)
    assert pictures["scaled to 20×20"].sum() == pytest.approx(pictures["centered"].sum(), rel=0.01)
    np.testing.assert_array_equal(pictures["centered"], to_mnist(canvas))
    for picture in pictures.values():
        assert picture.dtype == np.float32
        assert picture.min() >= 0
        assert picture.max() <= 1


def test_any_canvas_gives_a_valid_picture_or_none():
    rng = np.random.default_rng(0)
    for _ in range(150):
        canvas = np.zeros(rng.integers(1, 200, 2), np.uint8)
        for _ in range(rng.integers(1, 6)):  # rectangles, lines and dots of any brightness
            top, left = (rng.integers(0, n) for n in canvas.shape)
            high, wide = rng.integers(1, 30, 2) ** rng.integers(0, 2, 2)
            canvas[top : top + high, left : left + wide] = rng.integers(0, 256)
        if rng.random() < 0.3:
            canvas |= rng.integers(0, 256, canvas.shape).astype(np.uint8)
        pictures = dict(steps(canvas))
        if not pictures:
            assert np.ptp(canvas) < 16
            continue
        picture = pictures["centered"]
        assert picture.shape == (28, 28)
        assert 0 <= picture.min() < picture.max() <= 1
        # Nothing is pushed off the edge, however lopsided.
        assert picture.sum() == pytest.approx(pictures["scaled to 20×20"].sum(), rel=0.01)


def test_the_drawing_itself_is_not_changed():
    canvas = render(TWO)
    before = canvas.copy()
    to_mnist(canvas)
    np.testing.assert_array_equal(canvas, before)


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (np.zeros((280, 280, 3), np.uint8), r"shape \(280, 280, 3\), allowed are \(H, W\)"),
        (np.zeros(784, np.uint8), r"shape \(784,\)"),
        (np.zeros((0, 28), np.uint8), r"shape \(0, 28\)"),
        (np.broadcast_to(np.uint8(0), (5_000, 5_000)), "allowed are 4,000,000 pixels"),
        (np.zeros((28, 28)), "dtype float64, allowed is uint8"),
        (np.zeros((28, 28, 4), np.int64), "dtype int64, allowed is uint8"),
        (None, r"shape \(\)"),
    ],
)
def test_an_array_of_the_wrong_shape_or_type_is_refused(image, says):
    for function in (to_mnist, steps):
        with pytest.raises(ValueError, match=says):
            function(image)
