"""Who sits at the machine opens the lab at 127.0.0.1, and hands out an address that others open."""

import pytest

from pages.ui.server.public_address import network_address
from tests.browser.conftest import button, settle, start_server, stop_server, visit


@pytest.fixture
def lab_for_others(browser, tmp_path, monkeypatch):
    """A server that listens to all, and its address for others."""
    if not (host := network_address()):
        pytest.skip("needs a network: this machine has no address in one")
    for name in ("ANN_ADDRESS", "ANN_PROXY"):
        monkeypatch.delenv(name, raising=False)
    lab = start_server(browser, tmp_path / "log", for_others=True)
    yield lab, f"http://{f'[{host}]' if ':' in host else host}:{lab.port}"
    stop_server(lab)


def test_home_and_links_hand_out_the_address_in_the_network(lab_for_others):
    lab, address = lab_for_others
    page = lab.open()
    assert page.url.startswith("http://127.0.0.1:")
    page.get_by_text(address, exact=True).wait_for()
    code = page.get_by_role("img", name=f"QR code of {address}")
    assert code.evaluate("e => e.complete && e.naturalWidth > 0 && e.clientWidth") >= 120
    button(page, "Show large").click()
    large = page.get_by_role("dialog").get_by_role("img", name=f"QR code of {address}")
    large.wait_for()
    assert large.evaluate("e => e.clientWidth") >= 400
    page.keyboard.press("Escape")
    large.wait_for(state="detached")
    visit(page, "Race")
    settle(page)
    button(page, "Link").click()
    link = page.locator("code", has_text=f"{address}/race?")
    link.wait_for()
    assert page.request.get(link.inner_text()).ok, "the link leads to this server"
    assert page.errors == []
