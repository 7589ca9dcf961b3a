"""The smallest change found flips the answer, and is as small as can be where that is known."""

import numpy as np
import pytest
from scipy.optimize import linprog

from ann.inside.flip import L2, LINF, smallest_change
from ann.inside.why import jacobian, logits
from ann.recipe import Recipe
from tests.ann.inside.networks import random_images, random_recipe, random_run


@pytest.mark.parametrize("norm", [LINF, L2])
@pytest.mark.parametrize("seed", range(60))
def test_a_change_flips_the_answer_within_the_gray_levels_and_tells_its_size(seed, norm):
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    x = random_images(rng, 1, run.n_features)[0]
    pictures = random_images(rng, 500, run.n_features)
    other = run.predict_proba(pictures).argmax(1) != run.predict_proba(x[None]).argmax()
    found = smallest_change(run, x, norm, toward=pictures[other][:3])
    if not other.any():
        return  # perhaps this network always gives the same answer
    assert found.before == run.predict_proba(x[None]).argmax()
    assert found.after == run.predict_proba(found.changed[None]).argmax() != found.before
    assert found.changed.min() >= 0 and found.changed.max() <= 255
    change = found.changed - x.astype(np.float32)
    assert found.largest == pytest.approx(np.abs(change).max())
    assert found.length == pytest.approx(np.linalg.norm(change), rel=1e-5)


def smallest_linf(slopes, z, x, before):
    """By linear programming, for a linear network: the smallest ε with a flip within the box."""
    sizes = []
    for c in range(len(z)):
        if c == before:
            continue
        w, d = slopes[c] - slopes[before], len(x)
        # variables r (D,) and ε; minimize ε with |r| <= ε and w·r >= z[before] - z[c]
        above = np.hstack([np.eye(d), -np.ones((d, 1))])
        below = np.hstack([-np.eye(d), -np.ones((d, 1))])
        lead = np.append(-w, 0)[None]
        limits = [(-v, 255 - v) for v in x] + [(0, None)]
        solved = linprog(
            np.append(np.zeros(d), 1),
            A_ub=np.vstack([above, below, lead]),
            b_ub=np.append(np.zeros(2 * d), z[c] - z[before]),
            bounds=limits,
        )
        sizes.append(solved.fun if solved.success else np.inf)
    return min(sizes)


@pytest.mark.parametrize("seed", range(10))
def test_it_is_the_smallest_for_a_linear_network(seed):
    rng = np.random.default_rng(seed)
    run = random_run(rng, Recipe(hidden_sizes=()), 12)
    x = random_images(rng, 1, 12)[0].astype(float)
    z, slopes = jacobian(run, x.astype(np.float32))
    best = smallest_linf(slopes.astype(float), z.astype(float), x, int(z.argmax()))
    found = smallest_change(run, x.astype(np.uint8), LINF)
    if found is None:
        assert best == np.inf
    else:
        assert best * 0.999 <= found.largest <= best * 1.02 + 0.01


@pytest.mark.parametrize("seed", range(10))
def test_its_length_is_the_distance_to_the_boundary_of_a_linear_network(seed):
    """Around gray, where no pixel reaches an end of its range."""
    rng = np.random.default_rng(seed)
    run = random_run(rng, Recipe(hidden_sizes=()), 400)
    x = np.full(400, 128, np.uint8)
    z, slopes = jacobian(run, x)
    w = np.delete(slopes - slopes[z.argmax()], z.argmax(), axis=0)
    distances = np.delete(z.max() - z, z.argmax()) / np.linalg.norm(w, axis=1)
    found = smallest_change(run, x, L2)
    assert distances.min() * 0.999 <= found.length <= distances.min() * 1.02


def test_a_class_can_be_asked_for():
    rng = np.random.default_rng(3)
    run = random_run(rng, Recipe(hidden_sizes=(9,)), 30)
    x = random_images(rng, 1, 30)[0]
    answer = int(logits(run, x[None])[0].argmax())
    found = {c: smallest_change(run, x, LINF, target=c) for c in range(4)}
    assert found.pop(answer) is None
    reached = {c: one for c, one in found.items() if one}
    assert reached and all(one.after == c for c, one in reached.items())
    free = smallest_change(run, x, LINF)
    assert free.largest <= min(one.largest for one in reached.values()) * 1.01


def test_a_network_that_ignores_its_input_has_no_such_change():
    run = random_run(np.random.default_rng(0), Recipe(hidden_sizes=(5,)))
    run.network.views(run.theta)[0].weights[:] = 0
    assert smallest_change(run, np.zeros(20, np.uint8)) is None


def test_a_norm_that_does_not_exist_is_refused():
    run = random_run(np.random.default_rng(0), Recipe(hidden_sizes=()))
    with pytest.raises(ValueError, match=r"norm: got 'L1', allowed are 'Linf' and 'L2'"):
        smallest_change(run, np.zeros(20, np.uint8), "L1")
