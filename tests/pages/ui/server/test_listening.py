"""Who can open the lab."""

import ipaddress

import pytest
from streamlit import config

from pages.ui.server import listening


@pytest.fixture
def options(monkeypatch):
    """Set Streamlit's options for a test; `options(address="127.0.0.1")`."""
    monkeypatch.delenv("ANN_PROXY", raising=False)
    before = {}

    def change(**values):
        for name, value in values.items():
            before.setdefault(name, config.get_option(f"server.{name}"))
            config.set_option(f"server.{name}", value)

    yield change
    for name, value in before.items():
        config.set_option(f"server.{name}", value)


def test_everyone_in_the_network_gets_an_address_to_type(options, monkeypatch, capsys):
    options(address=None, port=8502)
    monkeypatch.setattr(listening, "network_addresses", lambda: ["192.168.1.20"])
    listening.announce()
    said = capsys.readouterr().out
    assert "Everyone in the same network can open the lab at http://192.168.1.20:8502\n" in said
    assert "no password" in said and "--server.address 127.0.0.1" in said
    options(address="192.168.1.21", baseUrlPath="lab", sslCertFile="cert.pem")
    assert listening.audience().endswith(" at https://192.168.1.21:8502/lab")
    monkeypatch.setenv("ANN_PROXY", "10.0.0.2")
    assert "proxy" in listening.audience() and "192" not in listening.audience()


def test_a_lab_for_this_machine_alone_says_so(options, capsys):
    for address in ("127.0.0.1", "localhost", "::1"):
        options(address=address)
        listening.announce()
        assert capsys.readouterr().out == "  Only this machine can open the lab.\n"


def test_the_machine_s_own_address_is_one_that_others_can_type():
    for found in listening.network_addresses():
        assert not ipaddress.ip_address(found).is_loopback
