"""ANN_ADDRESS: what may stand in links, and what is refused at the start."""

import pytest

from pages.ui.server import addresses
from pages.ui.server.given_address import given, parse

GOOD = {
    "https://lab.school.org": "https://lab.school.org",
    " HTTP://Lab.School.ORG:8501/ann_lab/ ": "http://lab.school.org:8501/ann_lab",
    "http://192.168.1.20:8501/lab": "http://192.168.1.20:8501/lab",
    "http://[FD00::2]:8501": "http://[fd00::2]:8501",
    "https://xn--mller-kva.de/a/b.c/~d-e": "https://xn--mller-kva.de/a/b.c/~d-e",
    "http://teacher-laptop": "http://teacher-laptop",
}
NO_ADDRESSES = (
    "lab.school.org",
    "//lab.school.org",
    "ftp://lab.school.org",
    "javascript:alert(1)",
    "javascript://lab.school.org/%0aalert(1)",
    "data:text/html,hi",
    "http://",
    "http:///lab",
    "http://lab.school.org/'onclick='x",
    'http://lab.school.org/"',
    "http://lab.school.org/<b>",
    "http://lab.school.org/a b",
    "http://lab.school.org/%22",
    "http://lab.school.org//evil.example",
    "http://lab.school.org/?class=X",
    "http://lab.school.org/#x",
    "http://teacher:secret@lab.school.org",
    "http://lab.school.org@evil.example",
    "http://lab.school.org\\@evil.example",
    "http://lab\n.school.org",
    "http://lab..school.org",
    "http://-lab.org",
    "http://lab_.org",
    "http://läb.org",
    "http://[fd00::2",
    "http://[lab.org]",
    "http://fd00::2",
    "http://lab.school.org:0",
    "http://lab.school.org:65536",
    "http://lab.school.org:٨",
    "http://lab.school.org:x",
    "http://" + "a." * 200 + "org",
    "http://lab.org/" + "a/" * 200,
    "http://lab.org/" + "a/" * 1_000_000 + "'",
)
ONLY_HERE = (  # also as browsers understand numbers
    "http://localhost:8501",
    "http://LOCALHOST.:8501",
    "http://lab.localhost",
    "http://127.0.0.1:8501",
    "http://127.8.9.1",
    "http://127.1",
    "http://2130706433",
    "http://0x7f.1",
    "http://0x7f000001",
    "http://[::1]:8501",
    "http://[::ffff:127.0.0.1]",
    "http://0.0.0.0:8501",
    "http://[::]:8501",
)


@pytest.mark.parametrize(("text", "url"), GOOD.items())
def test_an_address_is_taken_as_browsers_write_it(monkeypatch, text, url):
    monkeypatch.setenv("ANN_ADDRESS", text)
    assert str(given()) == url
    assert str(parse(url)) == url


def test_without_one_nothing_is_given(monkeypatch):
    monkeypatch.delenv("ANN_ADDRESS", raising=False)
    assert given() is None
    monkeypatch.setenv("ANN_ADDRESS", " ")
    assert given() is None


@pytest.mark.parametrize("text", NO_ADDRESSES + ONLY_HERE)
def test_what_should_not_stand_in_a_link_is_refused_with_what_is_allowed(monkeypatch, text):
    monkeypatch.setenv("ANN_ADDRESS", text)
    with pytest.raises(ValueError, match=r"^ANN_ADDRESS: .*; use one such as https://lab") as error:
        given()
    assert len(str(error.value)) < 400


def test_the_lab_is_known_by_the_name_that_it_hands_out(monkeypatch):
    monkeypatch.delenv("ANN_HOSTS", raising=False)
    monkeypatch.setenv("ANN_ADDRESS", "https://lab.school.org/ann")
    assert addresses.is_ours("lab.school.org", addresses.names())
    assert not addresses.is_ours("evil.example", addresses.names())
