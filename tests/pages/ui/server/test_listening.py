"""Who can open the lab, and what the terminal says of it."""

import sys

import pytest

from pages.ui import qr
from pages.ui.server import listening, stores

ADDRESS = "http://192.168.1.20:8502"


@pytest.fixture
def on_a_terminal(monkeypatch):
    """`on_a_terminal("cp1252")`: the server is started on a terminal with this encoding."""

    def change(encoding):
        sys.stdout.reconfigure(encoding=encoding)
        monkeypatch.setattr(type(sys.stdout), "isatty", lambda self: True)

    yield change
    sys.stdout.reconfigure(encoding="utf-8")


def announced(capsys) -> str:
    listening.announce()
    return capsys.readouterr().out


def test_everyone_in_the_network_gets_an_address_to_type(at_address, monkeypatch, capsys):
    for bound in (None, "0.0.0.0", "::"):
        at_address(address=bound, port=8502)
        said = announced(capsys)
        assert f"Everyone in the same network can open the lab at {ADDRESS}\n" in said
        assert "no password" in said and "--server.address 127.0.0.1" in said
    at_address(address="192.168.1.21", baseUrlPath="lab", sslCertFile="cert.pem")
    assert " at https://192.168.1.21:8502/lab\n" in announced(capsys)
    monkeypatch.setenv("ANN_PROXY", "10.0.0.2")
    assert "server's proxy can open the lab.\n" in announced(capsys)
    monkeypatch.setenv("ANN_ADDRESS", "https://lab.school.org/")
    assert "this server can open the lab at https://lab.school.org\n" in announced(capsys)
    monkeypatch.delenv("ANN_ADDRESS")
    monkeypatch.delenv("ANN_PROXY")
    at_address(None, address=None)
    assert "but no network was found. If there is one, set ANN_ADDRESS" in announced(capsys)


def test_a_lab_for_this_machine_alone_says_so(at_address, monkeypatch, capsys):
    for address in ("127.0.0.1", "localhost", "::1"):
        at_address(address=address)
        assert announced(capsys) == "  Only this machine can open the lab.\n"
    monkeypatch.setenv("ANN_PROXY", "127.0.0.1")
    assert "Only this machine" not in listening.audience(), "others come through its proxy"


def test_a_terminal_shows_the_address_as_a_qr_code_and_a_log_does_not(
    at_address, monkeypatch, capsys, on_a_terminal
):
    at_address(port=8502, address=None)
    assert "█" not in announced(capsys)
    on_a_terminal("utf-8")
    assert qr.characters(ADDRESS) in announced(capsys)
    monkeypatch.setenv("ANN_ADDRESS", "https://lab.school.org")
    assert qr.characters("https://lab.school.org") in announced(capsys)
    monkeypatch.delenv("ANN_ADDRESS")
    for kwargs in ({"address": "127.0.0.1"}, {"network": None, "address": None}):
        at_address(**kwargs)
        assert "█" not in announced(capsys), "nobody else could open it"


def test_a_terminal_without_block_characters_gets_the_address_alone(
    at_address, capsys, on_a_terminal
):
    at_address(port=8502, address=None)
    on_a_terminal("ascii")
    said = announced(capsys)
    assert ADDRESS in said and said.count("\n") == 2


def test_an_address_that_cannot_be_used_stops_the_start(monkeypatch):
    monkeypatch.setenv("ANN_ADDRESS", "lab.school.org")
    with pytest.raises(ValueError, match=r"^ANN_ADDRESS: 'lab.school.org' does not begin with"):
        listening.announce()


def test_the_terminal_names_the_classes_that_are_still_open(own_archive, monkeypatch, capsys):
    listening.announce_classes()
    assert capsys.readouterr().out == ""
    first, ended, last = (stores.classrooms().create("t" * 43) for _ in range(3))
    stores.classrooms().end(ended.id)
    listening.announce_classes()
    assert capsys.readouterr().out == f"  Classes under way: {last.code}, {first.code}\n"
    monkeypatch.setattr(listening, "MOST_CODES", 1)
    listening.announce_classes()
    assert capsys.readouterr().out == f"  Classes under way: {last.code} and 1 more\n"
