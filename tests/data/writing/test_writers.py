"""Data sets with writers: what is kept aside never trains, whichever way a set is put together."""

import numpy as np
import pytest

from data.dataset import Split, stratified_order
from data.known import embedded
from data.writing.writers import MOST_TIMES, Writer, added, apart, few, leave_out, repeats

RNG = np.random.default_rng(0)


def digits(count, classes=10):
    return RNG.integers(0, 256, (count, 784), np.uint8), (np.arange(count) % classes).astype("u1")


def writer(name="", count=40, classes=10):
    """A writer whose every second digit of each class is kept aside."""
    images, labels = digits(count, classes)
    return Writer(name, images, labels, np.arange(count) // classes % 2 == 1)


def marks(images):
    return [image.tobytes() for image in images]


@pytest.fixture(scope="module")
def base():
    a = embedded.read()
    order = stratified_order(a.train_labels)[:300]
    images, labels = a.train_images[order], a.train_labels[order]
    return Split(images[:240], labels[:240], images[240:], labels[240:])


def test_a_writers_training_half_is_added_and_the_other_half_is_not(base):
    mine = writer()
    split = added(base, mine)
    train, never = mine.half(aside=False)[0], mine.half(aside=True)[0]
    times = repeats(len(base.train_labels), len(train))
    found = marks(split.train_images)
    assert all(found.count(one) == times for one in marks(train))
    assert not set(found) & set(marks(never))
    assert set(marks(base.train_images)) < set(found)
    assert len(split.train_labels) == len(base.train_labels) + times * len(train)
    assert split.validation_images is base.validation_images
    by_picture = dict(zip(marks(mine.images), mine.labels, strict=True))
    seen = zip(found, split.train_labels, strict=True)
    assert all(by_picture.get(one, label) == label for one, label in seen), "labels go along"


def test_a_picture_kept_aside_is_taken_out_of_the_base_and_of_the_training_half_too(base):
    mine = writer()
    images = mine.images.copy()
    images[np.flatnonzero(mine.aside)[0]] = base.train_images[7]
    images[np.flatnonzero(~mine.aside)[3]] = images[np.flatnonzero(mine.aside)[5]]
    mine = mine._replace(images=images)
    split = added(base, mine)
    assert not set(marks(split.train_images)) & set(marks(mine.half(aside=True)[0]))


def test_only_the_chosen_digits_are_added(base):
    mine = writer()
    split = added(base, mine, only=[9])
    new = set(marks(split.train_images)) - set(marks(base.train_images))
    assert new == set(marks(mine.images[~mine.aside & (mine.labels == 9)]))
    assert len(added(base, mine, only=[]).train_labels) == len(base.train_labels)


def test_every_stretch_of_the_training_digits_holds_added_ones(base):
    mine = writer(count=200)
    split = added(base, mine)
    new = np.isin(np.array(marks(split.train_images), object), marks(mine.images))
    parts = [part.mean() for part in np.array_split(new, 4)]
    assert min(parts) > 0.4 * new.mean()


def test_few_drawings_are_repeated_until_they_count_but_not_without_end():
    assert [repeats(4_250, n) for n in (1, 5, 50, 500, 5_000)] == [MOST_TIMES, MOST_TIMES, 9, 1, 1]
    assert repeats(0, 0) == 1


def test_all_but_a_few_digits_of_a_class_can_be_left_out(base):
    split = few(base, 9, keep=2)
    counts = np.bincount(split.train_labels, minlength=10)
    before = np.bincount(base.train_labels, minlength=10)
    assert counts[9] == 2 and (counts[:9] == before[:9]).all()
    assert split.validation_labels is base.validation_labels


@pytest.mark.parametrize("with_base", [False, True])
def test_the_writer_left_out_is_tested_on_and_nobodys_digits_kept_aside_train(base, with_base):
    writers = [writer(name) for name in ("a", "b", "c")]
    for number, left in enumerate(writers):
        split = leave_out(writers, number, base if with_base else None)
        trained = set(marks(split.train_images))
        assert marks(split.validation_images) == marks(left.images)
        assert split.validation_labels is left.labels
        never = {*marks(left.images)}.union(*(marks(w.half(aside=True)[0]) for w in writers))
        assert not trained & never
        others = [w for w in writers if w is not left]
        assert trained >= set().union(*(marks(w.half(aside=False)[0]) for w in others))
        assert (trained >= set(marks(base.train_images))) == with_base


def test_a_picture_that_two_writers_share_never_tests_a_network_that_has_seen_it(base):
    a, b = writer("a"), writer("b")
    images = b.images.copy()
    images[:10] = a.images[:10]
    split = leave_out([a, b._replace(images=images)], 0)
    assert not set(marks(split.train_images)) & set(marks(a.images))


def test_a_single_writer_leaves_nothing_to_train_on():
    split = leave_out([writer()], 0)
    assert split.train_images.shape == (0, 784) and split.train_labels.shape == (0,)


def test_apart_keeps_the_order_and_the_labels(base):
    split = apart(base, base.train_images[[0, 5]])
    assert marks(split.train_images) == marks(np.delete(base.train_images, [0, 5], axis=0))
    assert (split.train_labels == np.delete(base.train_labels, [0, 5])).all()
    assert apart(base, base.train_images[:0]) is base
