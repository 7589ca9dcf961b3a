"""PCA is scikit-learn's, t-SNE follows its own formulas, and both keep neighbors together."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

import data
from ann.inside import projection
from ann.inside.projection import STEPS, advance, pca, shared_class, start


def blobs(rng, each=40, classes=3, width=20):
    labels = np.arange(each * classes) % classes
    middles = rng.normal(0, 4, (classes, width))
    return (middles[labels] + rng.normal(size=(len(labels), width))).astype(np.float32), labels


@pytest.mark.parametrize("shape", [(50, 8), (20, 90)], ids=["many samples", "many numbers"])
def test_pca_is_that_of_scikit_learn_up_to_signs(shape):
    x = np.random.default_rng(0).normal(size=shape) * np.linspace(1, 3, shape[1])
    places, shares = pca(x)
    fitted = PCA(2).fit(x)
    np.testing.assert_allclose(np.abs(places), np.abs(fitted.transform(x)), atol=1e-8)
    np.testing.assert_allclose(shares, fitted.explained_variance_ratio_)
    assert (places[np.abs(places).argmax(axis=0), [0, 1]] > 0).all()


def test_pca_of_one_number_and_of_samples_that_are_all_alike():
    places, shares = pca(np.arange(6.0)[:, None])
    np.testing.assert_allclose(sorted(places[:, 0]), [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    assert not places[:, 1].any() and shares.tolist() == [1, 0]
    places, shares = pca(np.ones((5, 7)))
    assert not places.any() and not shares.any()


def test_affinities_have_the_perplexity_that_is_asked_for():
    x, _ = blobs(np.random.default_rng(1))
    squares = projection.squared_distances(x).astype(float)
    both = projection.affinities(x, 12.0).astype(float)
    assert both.sum() == pytest.approx(1, abs=1e-5) and np.allclose(both, both.T)
    assert not both.diagonal().any()
    # by hand for the first sample: bisect its width alone
    low, high, others = 0.0, 1e3, np.delete(squares[0], 0)
    for _ in range(200):
        beta = (low + high) / 2
        p = np.exp(-beta * (others - others.min()))
        p /= p.sum()
        entropy = -(p[p > 0] * np.log(p[p > 0])).sum()
        low, high = (beta, high) if entropy > np.log(12) else (low, beta)
    conditional = np.insert(p, 0, 0)
    assert (2 * len(x) * both[0] >= conditional - 1e-4).all(), "it is half of the symmetric sum"


def divergence(p, y):
    near = 1 / (1 + np.square(y[:, None] - y).sum(axis=2))
    np.fill_diagonal(near, 0)
    q = near / near.sum()
    known = p > 0
    return (p[known] * np.log(p[known] / q[known])).sum()


def test_the_gradient_is_that_of_the_divergence():
    x, _ = blobs(np.random.default_rng(2), each=6)
    p = projection.affinities(x, 4.0).astype(float)
    y = np.random.default_rng(3).normal(size=(18, 2))
    gradient = projection._gradient(p, y, *np.empty((2, 18, 18)))
    numeric = np.empty_like(y)
    for at in np.ndindex(y.shape):
        push = np.zeros_like(y)
        push[at] = 1e-5
        numeric[at] = (divergence(p, y + push) - divergence(p, y - push)) / 2e-5
    np.testing.assert_allclose(gradient, numeric, atol=1e-6)


def test_tsne_in_pieces_equals_the_unbroken_one_bit_for_bit_and_changes_nothing_given():
    x, _ = blobs(np.random.default_rng(4), each=10)
    begun = start(x)
    before = begun.places.copy()
    whole = advance(begun)
    pieces = begun
    while not pieces.done:
        pieces = advance(pieces, steps=85)
    assert whole.step == pieces.step == STEPS
    assert np.array_equal(whole.places, pieces.places)
    assert np.array_equal(begun.places, before) and begun.step == 0
    assert advance(begun, seconds=0).step == 1


def test_tsne_separates_classes_that_are_apart():
    x, labels = blobs(np.random.default_rng(5))
    found = advance(start(x))
    assert shared_class(found.places, labels).mean() > 0.97
    assert np.isfinite(found.places).all()


def test_of_digits_tsne_keeps_neighbors_together_where_pca_does_not():
    digits = data.load("mnist-5k").split(0.12)
    x, labels = np.asarray(digits.validation_images[:300]), digits.validation_labels[:300]
    by_pca = shared_class(pca(x)[0], labels).mean()
    by_tsne = shared_class(advance(start(x)).places, labels).mean()
    everything = shared_class(x, labels).mean()
    assert by_pca + 0.2 < by_tsne < everything + 0.1


@pytest.mark.parametrize("n", [4, 5, 40])
def test_few_samples_and_equal_ones_give_finite_places(n):
    x = np.repeat(np.arange(n // 2 + 1), 2)[:n, None].astype(np.float32)
    assert np.isfinite(advance(start(x)).places).all()
    assert np.isfinite(advance(start(np.ones((n, 3), np.uint8)), steps=300).places).all()


def test_fewer_than_four_samples_are_refused():
    with pytest.raises(ValueError, match="samples: got 3, allowed are 4 or more"):
        start(np.zeros((3, 2)))


def test_neighbors_leave_out_the_sample_itself_and_come_nearest_first():
    x = np.array([[0.0], [1], [3], [10]])
    assert projection.nearest(x, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert projection.nearest(x, 9).shape == (4, 3)
