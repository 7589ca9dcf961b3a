"""Home shows the address that others open, and its QR code; or says that nobody else can."""

import html
import re

import pytest

from pages.ui import qr
from tests.pages.conftest import press, texts

LAN = "http://192.168.1.20:8501"


def shown(app) -> str:
    """The HTML of the page."""
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("came", ["http://127.0.0.1:8501", "http://localhost:8501/", None])
def test_the_address_in_the_network_stands_beside_its_code(visit, at_address, comes_by, came):
    at_address(port=8501, address=None)
    comes_by(came)
    found = shown(visit())
    assert f">{LAN}</span>" in found and qr.picture(LAN, "8.5rem") in found
    assert "Everyone in the same network can open the lab." in found
    assert "127.0.0.1" not in found and "localhost" not in found


def test_who_came_by_a_name_sees_that_name(visit, at_address, comes_by, monkeypatch):
    at_address(port=8501, address=None)
    monkeypatch.setenv("ANN_HOSTS", "lab.school.org")
    comes_by("https://lab.school.org/", "192.168.1.5")
    assert ">https://lab.school.org</span>" in shown(visit())
    comes_by("https://evil.example/", "192.168.1.5")
    assert "evil" not in shown(visit())


def test_the_last_row_gets_a_larger_code_and_larger_letters(visit, at_address):
    at_address(port=8501, address=None)
    app = press(visit(), "home.join")
    large = shown(app)
    assert qr.picture(LAN, "min(58vh, 100%)") in large
    sizes = [float(size) for size in re.findall(r"cqi, ([\d.]+)rem\)", large)]
    assert len(sizes) == 2 and sizes[1] >= 2 * sizes[0]


@pytest.mark.parametrize("bound", ["127.0.0.1", None])
def test_without_an_address_for_others_there_is_a_sentence_and_no_code(visit, at_address, bound):
    at_address(network=None, address=bound)
    app = visit()
    assert "QR code" not in shown(app) and not app.exception
    said = texts(app.caption)
    assert ("Only this machine" in said) if bound else ("no network was found" in said)


def test_the_longest_address_that_the_start_takes_is_shown(visit, monkeypatch):
    url = "https://" + "lab." * 40 + "org/" + "path" * 50
    monkeypatch.setenv("ANN_ADDRESS", url)
    found = shown(visit())
    assert html.escape(f"QR code of {url}") in found
