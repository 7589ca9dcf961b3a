"""Sets that the lab makes for one visitor: in files for the workers, replaced, and bounded."""

import hashlib
import os
import time

import numpy as np
import pytest

from ann.running.chunk import open_split
from ann.running.find_data import Source
from data import DIGITS, DataError, cache, made
from data.dataset import Split
from data.yours import brought

ANNA, BEN = "anna", "ben"
ROOM = 50_000_000


def split(seed=0, train=30, validation=10):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (train + validation, 784), np.uint8)
    labels = (np.arange(train + validation) % 10).astype(np.uint8)
    return Split(images[:train], labels[:train], images[train:], labels[train:])


def make(seed=0, owner=ANNA, purpose="mine", room=ROOM, **sizes):
    return made.make(owner, purpose, split(seed, **sizes), DIGITS, room)


def test_the_workers_find_both_parts_as_they_were_made():
    one = make()
    digits = one.digits
    found = open_split(Source(str(digits.folder), digits.fingerprint, one.n_train))
    for part, expected in zip(found, split(), strict=True):
        assert (part == expected).all()
    for part, expected in zip(one.split, split(), strict=True):
        assert (part == expected).all()


def test_a_new_set_takes_the_place_of_the_one_before_for_this_owner_and_purpose_alone():
    first, other, bens = make(0), make(1, purpose="other"), make(2, owner=BEN)
    second = make(3)
    assert not first.digits.folder.exists()
    assert all(one.digits.folder.exists() for one in (other, bens, second))
    made.forget(ANNA, "mine")
    assert not second.digits.folder.exists() and other.digits.folder.exists()


def test_the_same_digits_are_stored_once_and_stay_as_long_as_somebody_has_them():
    first, same = make(0), make(0, owner=BEN)
    assert first.digits.folder == same.digits.folder
    made.forget(ANNA, "mine")
    assert same.digits.folder.exists()
    made.forget(BEN, "mine")
    assert not same.digits.folder.exists()


def test_all_sets_of_an_owner_can_be_forgotten_by_a_digest_of_her():
    first, other, bens = make(0), make(1, purpose="other"), make(2, owner=BEN)
    made.forget_all(hashlib.sha256(ANNA.encode()).hexdigest())
    assert not first.digits.folder.exists() and not other.digits.folder.exists()
    assert bens.digits.folder.exists()


def test_they_are_listed_nowhere_and_no_name_of_the_owner_is_in_a_file():
    make()
    assert brought.listed(ANNA) == []
    assert not any(ANNA in key for key in cache.keys(made.PREFIX))


def test_beyond_the_room_of_all_visitors_the_next_one_is_refused():
    size = 40 * 785
    make(0, room=2 * size + 2_000)
    make(0, room=2 * size + 2_000)
    make(1, owner=BEN, room=2 * size + 2_000)
    with pytest.raises(DataError, match="all visitors would take 0 MB; the limit is 0 MB"):
        make(2, owner="cleo", room=2 * size + 2_000)
    make(3, room=2 * size + 2_000)  # her own makes room


def test_what_was_not_made_anew_for_a_day_is_deleted():
    old, new = make(0), make(1, owner=BEN)
    for key in cache.keys(made.PREFIX):
        if cache.describe(key)["fingerprint"] == old.digits.fingerprint:
            for path in cache.manifests(key):
                os.utime(path, (time.time() - 2 * made.DAY,) * 2)
    make(2, owner="cleo")
    assert not old.digits.folder.exists() and new.digits.folder.exists()


def test_nothing_to_train_on_is_refused():
    with pytest.raises(DataError, match="No digit is left"):
        make(train=0)
