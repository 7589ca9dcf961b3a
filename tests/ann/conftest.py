"""What several tests of jobs train on, and train with."""

import numpy as np
import pytest

from ann.running.find_data import Source
from ann.running.pool import Pool, process_executor


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """600 random images of 50 bytes each, in files; the last 100 are for validation."""
    folder = tmp_path_factory.mktemp("digits")
    rng = np.random.default_rng(0)
    labels = (np.arange(600) % 4).astype(np.uint8)
    images = rng.integers(0, 120, (600, 50)) + 30 * labels[:, None]
    np.save(folder / "train_images.npy", images.astype(np.uint8))
    np.save(folder / "train_labels.npy", labels)
    return Source(str(folder), "test", 500)


@pytest.fixture(scope="module")
def pool():
    pool = Pool(lambda: process_executor(2))
    yield pool
    pool.shutdown()
