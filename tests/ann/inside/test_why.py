"""Input gradient, occlusion and nearest samples do what they say."""

import numpy as np
import pytest

from ann.inside import why
from ann.recipe import Recipe
from tests.ann.inside.networks import random_images, random_recipe, random_run


def linear_run(rng, n_features=36):
    """Without hidden layers: z = Wᵀ scaled + b."""
    run = random_run(rng, Recipe(hidden_sizes=()), n_features)
    return run, run.network.views(run.theta)[0].weights


def test_a_linear_networks_input_gradient_is_its_weights():
    run, weights = linear_run(np.random.default_rng(0))
    x = random_images(np.random.default_rng(1), 1, 36)[0]
    slope = why.input_gradient(run, x, 2)
    np.testing.assert_allclose(slope.per_unit, weights[:, 2], rtol=1e-5)
    np.testing.assert_allclose(slope.per_level, weights[:, 2] / 255, rtol=1e-5)
    lead = why.input_gradient(run, x, 2, against=1)
    np.testing.assert_allclose(lead.per_unit, weights[:, 2] - weights[:, 1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_a_row_of_the_jacobian_is_the_class_input_gradient(seed):
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    x = random_images(rng, 1, run.n_features)[0]
    z, slopes = why.jacobian(run, x)
    np.testing.assert_allclose(z, why.logits(run, x[None])[0], rtol=1e-4, atol=1e-5)
    for c in range(run.n_classes):
        one = why.input_gradient(run, x, c).per_level
        np.testing.assert_allclose(slopes[c], one, rtol=1e-3, atol=1e-6)


def covered_by_hand(x, row, column, size, fill):
    picture = x.reshape(6, 6).astype(np.float32).copy()
    half = size // 2
    rows = slice(max(row - half, 0), row + half + 1)
    columns = slice(max(column - half, 0), column + half + 1)
    picture[rows, columns] = np.broadcast_to(np.reshape(fill, (-1, 1)), (36, 1)).reshape(6, 6)[
        rows, columns
    ]
    return picture.reshape(1, -1)


@pytest.mark.parametrize("size", [1, 3, 5])
@pytest.mark.parametrize("filled", ["background", "mean"])
def test_occlusion_is_the_fall_of_the_lead_with_the_patch_there(size, filled):
    rng = np.random.default_rng(size)
    run = random_run(rng, Recipe(hidden_sizes=(7,)), 36)
    x = random_images(rng, 1, 36)[0]
    fill = np.full(36, 0.0) if filled == "background" else random_images(rng, 50, 36).mean(axis=0)
    found = why.occlude(run, x, 0, 3, size=size, fill=fill if filled == "mean" else 0.0)

    def lead(picture):
        z = why.logits(run, picture)[0]
        return z[0] - z[3], z.argmax()

    whole, _ = lead(x[None].astype(np.float32))
    for row in range(6):
        for column in range(6):
            by_hand, answer = lead(covered_by_hand(x, row, column, size, fill))
            assert found.fall[6 * row + column] == pytest.approx(whole - by_hand, abs=1e-4)
            assert found.answers[6 * row + column] == answer


def test_a_stride_tries_the_middle_of_each_block():
    rng = np.random.default_rng(0)
    run = random_run(rng, Recipe(hidden_sizes=(7,)), 36)
    x = random_images(rng, 1, 36)[0]
    fine = why.occlude(run, x, 1, size=3).fall.reshape(6, 6)
    coarse = why.occlude(run, x, 1, size=3, stride=3).fall.reshape(6, 6)
    expected = fine[1::3, 1::3].repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_allclose(coarse, expected, atol=1e-4)


def test_only_square_pictures_can_be_occluded():
    run = random_run(np.random.default_rng(0), Recipe(hidden_sizes=(3,)), 20)
    with pytest.raises(ValueError, match="20 pixels are not square"):
        why.occlude(run, np.zeros(20, np.uint8), 0)


def test_the_nearest_samples_come_first_with_their_distances():
    samples = np.random.default_rng(0).normal(size=(2500, 6)).astype(np.float32)
    x = samples[1700] + 0.01
    found, distances = why.nearest(samples, x, 4)
    all_distances = np.linalg.norm(samples - x, axis=1)
    assert found[0] == 1700 and found.tolist() == np.argsort(all_distances)[:4].tolist()
    np.testing.assert_allclose(distances, all_distances[found], rtol=1e-5)
    assert len(why.nearest(samples[:2], x, 4)[0]) == 2
    assert len(why.nearest(samples[:0], x, 4)[0]) == 0


def test_bytes_do_not_overflow_in_distances():
    samples = np.array([[255, 255], [0, 0]], np.uint8)
    found, distances = why.nearest(samples, np.array([250, 255], np.uint8), 2)
    assert found.tolist() == [0, 1]
    assert distances[0] == 5
