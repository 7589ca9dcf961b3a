"""What the pictures themselves tell: inverted, on their side, dim; and how a set is mended."""

import numpy as np
import pytest

import data
from data.known import embedded, uci
from data.names import CLOTHES, DIGITS
from data.preparing.remedies import REMEDIES, mend, split_name, toggled
from data.preparing.sight import ORIENTATIONS, doubts
from data.yours import changed
from tests.data.layouts import four

RNG = np.random.default_rng(0)


def some(count, source=embedded):
    arrays = source.read()
    picked = RNG.permutation(len(arrays.train_labels))[-count:]
    return arrays.train_images[picked], arrays.train_labels[picked]


@pytest.mark.parametrize("source", [embedded, uci])
@pytest.mark.parametrize("count", [30, 300, 2000])
def test_good_digits_raise_no_doubt(source, count):
    assert doubts(*some(count, source), DIGITS) == ()


@pytest.mark.parametrize("way", ORIENTATIONS[1:], ids="-".join)
@pytest.mark.parametrize("source", [embedded, uci])
def test_digits_in_any_other_orientation_are_turned_upright(source, way):
    images, labels = some(1500, source)
    (turned,) = mend([images], way)
    (doubt,) = doubts(turned, labels, DIGITS)
    assert np.array_equal(mend([turned], doubt.remedies)[0], images)


def test_several_things_may_be_wrong_at_once():
    images, labels = some(600)
    wrong = mend([~images], ["transposed"])[0] // 4 + 20
    found = doubts(wrong, labels, DIGITS)
    assert [doubt.remedies for doubt in found] == [("rescaled",), ("inverted",), ("transposed",)]
    assert "from 20 to 83" in found[0].text
    names = [name for doubt in found for name in doubt.remedies]
    assert doubts(mend([wrong], names)[0], labels, DIGITS) == ()


def test_two_classes_of_digits_suffice_to_see_that_they_are_on_their_side():
    images, labels = some(2000)
    for pair in ((0, 1), (3, 8), (6, 9), (1, 7)):
        chosen = np.isin(labels, pair)
        classes = np.searchsorted(pair, labels[chosen]).astype(np.uint8)
        names = tuple(map(str, pair))
        assert doubts(images[chosen], classes, names) == ()
        turned = mend([images[chosen]], ["transposed"])[0]
        assert doubts(turned, classes, names)[0].remedies == ("transposed",)


def test_what_shows_no_digits_is_not_compared_with_them():
    images, labels = some(500)
    assert doubts(mend([images], ["transposed"])[0], labels, CLOTHES) == ()
    noise = RNG.integers(0, 256, (500, 784)).astype(np.uint8)
    assert doubts(noise, labels, DIGITS) == ()
    bright = np.full((50, 784), 255, np.uint8)
    assert [d.remedies for d in doubts(bright, labels[:50], DIGITS)] == [("rescaled",)]


def test_the_remedy_of_a_remedy_is_the_original():
    images, _ = some(40)
    for name in ("inverted", "transposed", "mirrored", "flipped"):
        assert np.array_equal(mend(mend([images], [name]), [name])[0], images)
        assert not np.array_equal(mend([images], [name])[0], images)
    assert toggled(toggled("a", ["inverted", "mirrored"]), ["inverted"]) == "a~mirrored"
    assert set(REMEDIES) == set(split_name("a~" + "~".join(REMEDIES))[1])


@pytest.fixture
def inverted(own_folders, arrays):
    """A folder of digits that are dark on light."""
    digits = embedded.read()
    parts = digits._replace(
        train_images=255 - digits.train_images[::8],
        train_labels=digits.train_labels[::8],
        test_images=255 - digits.test_images[::8],
        test_labels=digits.test_labels[::8],
    )
    return four(own_folders / "mine", parts)


def test_a_mended_copy_has_a_name_stays_in_the_list_and_is_found_again(inverted, own_folders):
    found = data.load("mine")
    assert [doubt.remedies for doubt in found.doubts] == [("inverted",)]
    assert "add ~inverted to its name" in found.warnings[0]
    assert "mine~inverted" not in [info.name for info in data.available()]
    mended = data.load("mine~inverted")
    assert mended.name == "mine~inverted" and "inverted" in mended.title and not mended.doubts
    assert np.array_equal(mended.images, 255 - found.images)
    assert np.array_equal(mended.labels, found.labels)
    (info,) = [info for info in data.available() if info.name == "mine~inverted"]
    assert info.here and info.title == mended.title
    assert data.load(inverted.parent / "mine~inverted").fingerprint == mended.fingerprint
    for file in inverted.iterdir():
        file.unlink()
    assert data.load("mine~inverted").fingerprint == mended.fingerprint, "the copy stays"


def test_copies_of_one_set_are_limited(inverted, monkeypatch):
    monkeypatch.setattr(changed, "MOST_COPIES", 1)
    data.load("mine~inverted")
    with pytest.raises(data.DataError, match="allowed are 1"):
        data.load("mine~mirrored")
    assert data.load("mine~inverted")


@pytest.mark.parametrize("name", ["mine~", "~inverted", "mine~nonsense", "nothing~inverted"])
def test_a_name_with_another_ending_is_no_copy(inverted, name):
    with pytest.raises(data.DataError):
        data.load(name)
