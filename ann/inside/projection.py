"""Many numbers per sample, shown as a place in two dimensions: PCA and t-SNE.

N samples with F numbers each: their pixels, or a layer's activations.

t-SNE is written out here instead of taken from scikit-learn. It then works in steps that take
milliseconds, so a worker does a few at a time like those of a training: nobody waits for it, it can
be watched and stopped, and a stopped one goes on bit for bit.
"""

from dataclasses import dataclass
from time import thread_time

import numpy as np

PERPLEXITY = 30.0  # about as many neighbors have a say in where a sample goes
STEPS = 500
# In the first EXAGGERATED of these, neighbors attract EXAGGERATION times as much. A few hundred
# digits collapse to a thread with 12, which larger sets need; 4 is that of van der Maaten and
# Hinton, and ends with a lower divergence.
EXAGGERATED, EXAGGERATION = 100, 4.0
NEIGHBORS = 5


def pca(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places (N, 2) along the two directions in which samples (N, F) vary most.

    Also each direction's share of the whole variance, (2,). A direction's sign is chosen so that
    the place furthest from 0 is positive; a direction without variance gives 0.
    """
    x = samples.astype(np.float64)
    x -= x.mean(axis=0)
    few_numbers = x.shape[1] <= len(x)  # whichever matrix is smaller has the same eigenvalues
    values, vectors = np.linalg.eigh(x.T @ x if few_numbers else x @ x.T)
    places, shares = np.zeros((len(x), 2)), np.zeros(2)
    total = max(float(np.square(x).sum()), np.finfo(float).tiny)
    for k in range(min(2, len(values))):
        value, vector = max(float(values[-1 - k]), 0.0), vectors[:, -1 - k]
        place = x @ vector if few_numbers else vector * np.sqrt(value)
        places[:, k] = place * (-1 if place[np.abs(place).argmax()] < 0 else 1)
        shares[k] = value / total
    return places, shares


@dataclass
class Tsne:
    """t-SNE after `step` of STEPS steps (van der Maaten and Hinton 2008).

    `affinities` (N, N) say how near two samples are among all of theirs; they add up to 1. Places
    (N, 2) move so that their own affinities, with the heavy tails of Student's t distribution,
    come close to these.
    """

    affinities: np.ndarray
    places: np.ndarray
    velocity: np.ndarray
    gains: np.ndarray  # of the learning rate, for each coordinate (Jacobs 1988)
    step: int = 0

    @property
    def done(self) -> bool:
        """Whether all steps are taken."""
        return self.step >= STEPS


def start(samples: np.ndarray, perplexity: float = PERPLEXITY) -> Tsne:
    """t-SNE of samples (N, F) before its first step: small, and placed as by PCA.

    `ValueError` for fewer than four samples.
    """
    n = len(samples)
    if n < 4:
        raise ValueError(f"samples: got {n}, allowed are 4 or more")
    places, _ = pca(samples)
    spread = places[:, 0].std()
    places = (places * (1e-4 / spread if spread else 1.0)).astype(np.float32)
    perplexity = min(perplexity, max((n - 1) / 3, 1.0))
    zeros = np.zeros_like(places)
    return Tsne(affinities(samples, perplexity), places, zeros, zeros + 1)


def affinities(samples: np.ndarray, perplexity: float) -> np.ndarray:
    """How near samples (N, F) are to each other, (N, N) float32, symmetric, with the sum 1.

    Around each sample lies a bell curve, as wide as it takes for the distribution over its
    neighbors to have this perplexity, 2 to the power of its entropy. The width is found by
    bisection, for all samples at once.
    """
    squares = squared_distances(samples)
    np.fill_diagonal(squares, np.inf)
    squares -= squares.min(axis=1, keepdims=True)
    squares /= float(np.median(squares[np.isfinite(squares)])) or 1.0
    known = np.where(np.isfinite(squares), squares, 0)  # without the sample itself
    low, high = np.zeros(len(squares)), np.full(len(squares), np.inf)
    beta = np.ones(len(squares))  # 1 / (2 width²)
    for _ in range(60):
        p = np.exp(-beta[:, None] * squares)
        sums = p.sum(axis=1)  # at least 1: the nearest one's
        entropy = np.log(sums) + beta * (p * known).sum(axis=1) / sums  # of p / sums, in nats
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, beta, low), np.where(wide, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    p /= sums[:, None]
    both: np.ndarray = (p + p.T) / (2 * len(p))
    return both.astype(np.float32)


def advance(tsne: Tsne, seconds: float = np.inf, steps: int = STEPS) -> Tsne:
    """Up to `steps` more steps, as many as fit into these seconds of work, at least one.

    What is given is not changed.
    """
    n = len(tsne.places)
    rate = np.float32(n / 8)  # in proportion to the samples: Belkina et al. (2019)
    y, velocity, gains = (a.copy() for a in (tsne.places, tsne.velocity, tsne.gains))
    near, force = (np.empty((n, n), y.dtype) for _ in range(2))
    more = tsne.affinities * np.float32(EXAGGERATION)
    began, step = thread_time(), tsne.step
    last = min(step + steps, STEPS)
    while step < last:
        early = step < EXAGGERATED
        gradient = _gradient(more if early else tsne.affinities, y, near, force)
        same = (gradient > 0) != (velocity > 0)  # downhill, as before
        gains = np.maximum(np.where(same, gains + 0.2, gains * 0.8), 0.01).astype(np.float32)
        velocity = np.float32(0.5 if early else 0.8) * velocity - rate * gains * gradient
        y = y + velocity
        step += 1
        if thread_time() - began > seconds:
            break
    return Tsne(tsne.affinities, y, velocity, gains, step)


def _gradient(p: np.ndarray, y: np.ndarray, near: np.ndarray, force: np.ndarray) -> np.ndarray:
    """4 Σⱼ (pᵢⱼ - qᵢⱼ) (yᵢ - yⱼ) / (1 + |yᵢ - yⱼ|²), (N, 2): of the divergence of q from p.

    `near` and `force` (N, N) are overwritten: their passes through memory are most of the work.
    """
    squares = np.square(y).sum(axis=1)
    np.dot(-2 * y, y.T, out=near)
    near += (squares + 1)[:, None]
    near += squares
    np.divide(1, near, out=near)
    np.fill_diagonal(near, 0)
    np.multiply(near, near.dtype.type(-1 / float(near.sum())), out=force)  # -q
    force += p
    force *= near
    gradient: np.ndarray = 4 * (force.sum(axis=1)[:, None] * y - np.dot(force, y))
    return gradient


def squared_distances(x: np.ndarray) -> np.ndarray:
    """The squared Euclidean distance of each two of x (N, F), (N, N), in float32 or float64."""
    x = x if x.dtype == np.float32 else x.astype(np.float64)
    x = x - x.mean(axis=0)  # less is lost to rounding
    squares = np.square(x).sum(axis=1)
    distances: np.ndarray = squares[:, None] + squares
    distances -= 2 * (x @ x.T)
    np.maximum(distances, 0, out=distances)
    return distances


def nearest(x: np.ndarray, count: int = NEIGHBORS) -> np.ndarray:
    """For each of x (N, F), the indices of the others nearest to it, the nearest first."""
    squares = squared_distances(x)
    np.fill_diagonal(squares, np.inf)
    count = min(count, len(x) - 1)
    some = np.argpartition(squares, count - 1, axis=1)[:, :count]
    order = np.argsort(np.take_along_axis(squares, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def shared_class(x: np.ndarray, labels: np.ndarray, count: int = NEIGHBORS) -> np.ndarray:
    """Of each sample's nearest neighbors in x (N, F), the share that has its label, (N,).

    >>> places = np.array([[0.0, 0], [0, 1], [9, 9], [9, 8]])
    >>> shared_class(places, np.array([1, 1, 2, 1]), count=1).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    shares: np.ndarray = (labels[nearest(x, count)] == labels[:, None]).mean(axis=1)
    return shares
