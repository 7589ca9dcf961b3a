"""Finding the digits of a training on this machine."""

import pytest

from ann.running import find_data
from ann.running.find_data import PARTS, DataMissingError, Source, find, is_here

FINGERPRINT = "0123456789abcdef"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A copy of the lab that has digits of this fingerprint in a folder of its own."""
    folder = tmp_path / "own" / "digits" / FINGERPRINT
    folder.mkdir(parents=True)
    for part in PARTS:
        (folder / part).touch()
    monkeypatch.setattr(find_data, "LAB", tmp_path)
    return tmp_path


def test_digits_are_found_by_their_fingerprint_where_the_source_says(lab):
    source = Source("elsewhere", FINGERPRINT, 1, cache="own/digits")
    assert find(source) == lab / "own" / "digits" / FINGERPRINT
    with pytest.raises(DataMissingError, match=f"{FINGERPRINT} are not .* neither is elsewhere"):
        find(source._replace(cache=""))
    assert not is_here(source._replace(cache="other"))


def test_only_a_valid_fingerprint_can_name_a_folder(lab):
    assert not is_here(Source("elsewhere", "../digits/" + FINGERPRINT, 1, cache="own/digits"))
