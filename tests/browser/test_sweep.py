"""A sweep in a real browser: from its link to the Train page."""

from tests.browser.conftest import PATIENCE, settle, zoom

LINK = "sweep?epochs=1&hidden_sizes=8&search=learning_rate~0.0001~0.01~~batch_size~32~512"


def test_a_sweep_fills_its_map_and_its_best_settings_go_to_train(lab):
    page = lab.open(LINK)
    page.get_by_role("button", name="Start sweep").click()
    page.get_by_text("Best of all").wait_for(timeout=PATIENCE)
    settle(page)
    cells = page.locator(".live-chart .annotation-text")
    cells.nth(3).wait_for()
    assert cells.count() == 4 and all(text.endswith("%") for text in cells.all_text_contents())
    page.get_by_role("button", name="Use the best").click()
    page.wait_for_url("**/train?*")
    settle(page)
    assert "learning_rate=0.01" in page.url and "batch_size=32" in page.url
    page.get_by_text("best trial").wait_for()
    assert page.errors == []


def test_at_high_zoom_the_values_of_a_sweep_can_be_read(lab):
    page = lab.open("sweep?search=learning_rate~0.0003~0.01~~batch_size~32~512")
    value = page.get_by_text("0.0003", exact=True)
    value.wait_for()
    zoom(page)
    assert value.evaluate("it => it.scrollWidth <= it.clientWidth")
