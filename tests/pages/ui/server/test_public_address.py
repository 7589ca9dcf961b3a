"""Links that are handed out lead to this machine from everywhere, or say that they do not."""

import ipaddress
import socket
from typing import ClassVar

import pytest

from pages.ui.server import addresses, public_address
from pages.ui.server.given_address import is_here
from pages.ui.server.public_address import caveat, link
from tests.pages.conftest import ROOT, texts
from tests.pages.trained import SMALL, give, save_runs, trained

find_address = public_address.network_address  # the real one: tests replace it
LAN = "http://192.168.1.20:8501"


@pytest.fixture(autouse=True)
def in_a_network(at_address):
    at_address(port=8501)


HERE = ("127.0.0.1", "localhost", "[::1]", "127.9.9.9", "0.0.0.0", "lab.localhost")


@pytest.mark.parametrize("host", HERE)
def test_who_sits_at_the_machine_hands_out_its_address_in_the_network(comes_by, host):
    comes_by(f"http://{host}:8501/runs?a=b")
    assert link("train", {"a": "1&2"}) == f"{LAN}/train?a=1%262"
    assert (link("home"), link("home", {"class": "X"})) == (LAN, f"{LAN}/?class=X")
    assert caveat() == ""


def test_the_machine_s_address_has_the_server_s_port_scheme_and_path(comes_by, at_address):
    comes_by("http://localhost:9000")
    at_address("fd00::2", port=8443, sslCertFile="cert.pem", baseUrlPath="/school/lab/")
    assert link("train") == "https://[fd00::2]:8443/school/lab/train"


def test_a_server_that_listens_at_one_address_hands_out_that_one(comes_by, at_address):
    comes_by("http://localhost:8501")
    at_address(address="10.8.0.5")
    assert link("train") == "http://10.8.0.5:8501/train"


@pytest.mark.parametrize("bound", ["127.0.0.1", "::1", "localhost", "unix:///run/lab.sock", None])
def test_without_any_other_address_a_link_says_that_it_leads_to_this_machine(
    comes_by, at_address, bound
):
    comes_by("http://127.0.0.1:8501/train")
    at_address(network="192.168.1.20" if bound else None, address=bound)
    assert link("train") == "http://127.0.0.1:8501/train"
    assert caveat().startswith("Only this machine can open this link") and "ANN_ADDRESS" in caveat()
    comes_by(None)
    assert link("train") == "http://localhost:8501/train"


CAME = (
    ("http://10.8.0.5:8501", ""),  # of another network of this machine
    ("http://[fd00::7]:8501", ""),
    ("https://lab.school.org", ""),  # through a proxy with HTTPS
    ("https://lab.school.org", "/ann"),  # which takes a path away
)


@pytest.mark.parametrize(("root", "path"), CAME)
@pytest.mark.parametrize("page", ["", "/", "/train", "/look?run=3", "/runs/?x=http://evil.example"])
def test_a_visitor_hands_out_the_address_by_which_she_came(comes_by, monkeypatch, root, path, page):
    monkeypatch.setenv("ANN_HOSTS", "lab.school.org")
    comes_by(root + path + page, "192.168.1.5")
    assert link("train") == f"{root}{path}/train"


def test_a_path_that_the_server_was_told_may_be_named_as_a_page(comes_by, at_address):
    at_address(baseUrlPath="train")
    comes_by("http://10.8.0.5:8501/train/train", "192.168.1.5")
    assert link("train") == "http://10.8.0.5:8501/train/train"
    comes_by("http://10.8.0.5:8501/train", "192.168.1.5")
    assert link("runs") == "http://10.8.0.5:8501/train/runs"


def test_what_the_start_says_comes_first(comes_by, monkeypatch):
    monkeypatch.setenv("ANN_ADDRESS", "https://lab.school.org/ann/")
    for url in ("http://127.0.0.1:8501/train", "http://10.8.0.5:8501", None):
        comes_by(url)
        assert link("train") == "https://lab.school.org/ann/train" and caveat() == ""


FOREIGN = ("http://evil.example/train", "https://127.0.0.1.evil.example:8501")
MALFORMED = (
    "http://lab.school.org@evil.example",
    "http://lab.school.org'onclick=",
    "javascript:alert(1)//train",
    "http://10.8.0.5:8501/<script>",
    "http://10.8.0.5:99999",
    "data:text/html,x",
    "",
)


@pytest.mark.parametrize("url", FOREIGN + MALFORMED)
def test_no_forged_address_ends_in_a_link(comes_by, monkeypatch, url):
    comes_by(url)
    assert link("train") == f"{LAN}/train"
    monkeypatch.setenv("ANN_HOSTS", "*")  # known by every name, so by a foreign one
    assert (link("train") == f"{LAN}/train") == (url in MALFORMED)


def test_a_name_that_the_machine_may_have_for_itself_alone_is_not_handed_out(comes_by, monkeypatch):
    monkeypatch.setattr(addresses, "own_names", lambda: frozenset({"laptop"}))
    comes_by("http://laptop:8501/train")  # Debian: 127.0.1.1
    assert link("train") == f"{LAN}/train"
    comes_by("http://laptop:8501/train", "192.168.1.5")
    assert link("train") == "http://laptop:8501/train", "somebody else has come by it"
    comes_by("http://laptop:8501/train")
    monkeypatch.setenv("ANN_HOSTS", "laptop")
    assert link("train") == "http://laptop:8501/train", "whoever started the lab says so"


class Way:
    """A socket of a machine with these addresses, by family; "" stands for no way out."""

    addresses: ClassVar = {}

    def __init__(self, family, kind):
        self.address = self.addresses[family]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def connect(self, goal):
        if not self.address:
            raise OSError("Network is unreachable")

    def getsockname(self):
        return (self.address, 9)


@pytest.mark.parametrize(
    ("four", "six", "found"),
    [
        ("192.168.1.20", "fd00::2", "192.168.1.20"),
        ("", "fd00::2", "fd00::2"),
        ("127.0.0.1", "fd00::2", "fd00::2"),
        ("0.0.0.0", "::1", None),
        ("", "", None),
    ],
)
def test_the_address_is_that_of_the_way_out(monkeypatch, four, six, found):
    monkeypatch.setattr(Way, "addresses", {socket.AF_INET: four, socket.AF_INET6: six})
    monkeypatch.setattr(socket, "socket", Way)
    assert find_address() == found


def test_this_machine_s_address_is_one_that_others_can_type():
    found = find_address()
    assert found is None or not (is_here(found) or ipaddress.ip_address(found).is_unspecified)


@pytest.fixture
def at_the_machine(comes_by):
    comes_by("http://127.0.0.1:8501/train?result=1")


def shown(app) -> str:
    assert not app.exception
    return f"{app.main}"


def test_the_link_boxes_hand_out_the_address_in_the_network(visit, at_the_machine, own_archive):
    train = give(visit("train"), trained())
    assert train.code[0].value.startswith(f"{LAN}/train?")
    runs = save_runs(visit("runs"), SMALL)
    runs.switch_page("pages/runs/page.py").run()
    look = give(visit("look", {"digit": "v7"}), trained())
    look.session_state["inside.link"] = True
    assert look.run().code[0].value.startswith(f"{LAN}/look?")
    for app in (train, runs, look):
        assert app.code[0].value.startswith(LAN) and "127.0.0.1" not in shown(app)


def test_a_link_box_says_so_if_nobody_else_can_open_the_link(visit, at_the_machine, at_address):
    at_address(None, address=None)
    app = give(visit("train"), trained())
    assert app.code[0].value.startswith("http://127.0.0.1:8501/train?")
    assert "Only this machine can open this link" in texts(app.caption)


def test_one_module_alone_asks_by_which_address_a_visitor_came():
    pages = sorted((ROOT / "pages").rglob("*.py"))
    asking = [p.name for p in pages if "context.url" in p.read_text(encoding="utf-8")]
    assert asking == ["public_address.py"], "links to hand out are built by public_address.link"
