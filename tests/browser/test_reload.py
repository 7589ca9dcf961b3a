"""Reloads, a second tab and Back in a real Chromium: pages tell the truth, and nothing is lost."""

import re

from tests.browser.conftest import PATIENCE, button, settle
from tests.browser.test_connection import epoch_of
from tests.browser.test_train import CURVE, LONG, start, wait_for_text
from tests.waiting import wait_until

SHORT = "train?epochs=2&hidden_sizes=16"
RACE = "race?hidden_sizes=8&batch_size=512&field=epochs&values=1~5000"


def reload(page):
    page.reload()
    settle(page)


def test_a_training_goes_on_through_a_reload_with_all_its_curves(lab):
    page = lab.open(LONG)
    start(page)
    wait_for_text(page, r"^Epoch \d{2}")
    stood = epoch_of(page)
    reload(page)
    page.wait_for_selector(CURVE, state="attached")
    wait_for_text(page, r"^Epoch [\d,]+ of")
    assert epoch_of(page) >= stood and button(page, "Pause").count() == 1
    button(page, "Stop").click()
    wait_for_text(page, "Stopped")
    settle(page)
    reload(page)
    wait_for_text(page, "Your newest run is open")
    wait_for_text(page, "Stopped")
    assert page.errors == []


def test_repeats_go_on_through_a_reload(lab):
    page = lab.open("train?epochs=40&hidden_sizes=64&batch_size=32")
    start(page)
    wait_for_text(page, "All 40 epochs are done")
    settle(page)
    button(page, "Repeat over 5 seeds").click()
    wait_for_text(page, r"of 5 finished")
    reload(page)
    wait_for_text(page, r"of 5 finished|95% confidence interval|95%")
    wait_for_text(page, r"All 40 epochs are done")
    button(page, "Stop repeating").or_(page.get_by_text("95%").first).first.wait_for()


def test_a_race_goes_on_through_a_reload_though_one_lane_has_finished(lab):
    page = lab.open(RACE)
    button(page, "Start race").click()
    wait_for_text(page, "1 of 2 finished")
    reload(page)
    wait_for_text(page, "1 of 2 finished")
    assert button(page, "Pause").count() == 1
    assert page.get_by_text("trained here before").count() == 0
    button(page, "Stop").click()
    wait_for_text(page, "2 of 2 finished")


def test_a_sweep_goes_on_through_a_reload(lab):
    page = lab.open("sweep?epochs=300&hidden_sizes=16")
    settle(page)
    button(page, "Start sweep").click()
    button(page, "Pause").wait_for(timeout=PATIENCE)
    settle(page, 2)
    reload(page)
    button(page, "Pause").wait_for()
    button(page, "Pause").click()
    button(page, "Resume").wait_for()


def test_a_new_visit_finds_the_newest_run_on_every_page_that_shows_a_network(lab):
    page = lab.open(SHORT)
    start(page)
    wait_for_text(page, "The 2 epochs|All 2 epochs are done")
    settle(page)
    for path in ("train", "evaluate", "draw"):
        other = page.context.new_page()

        def is_open(path=path, other=other):
            other.goto(f"{lab.url}/{path}")
            settle(other)
            return other.get_by_text("Your newest run is open").count()

        wait_until(is_open, "it was not saved", seconds=120)
        assert other.get_by_text(re.compile(r"validation accuracy \d")).count()
        settle(other)
        button(other, "New network").click()
        other.get_by_text("Nothing has been learned yet").wait_for()
        assert other.url.partition("?")[0].endswith("/train")
        other.close()


def test_a_second_tab_says_that_the_first_one_trains_and_can_take_over(lab):
    page = lab.open(LONG)
    start(page)
    wait_for_text(page, r"^Epoch \d{2}")
    other = page.context.new_page()

    def is_told():
        other.goto(f"{lab.url}/train")
        settle(other)
        return other.get_by_text("is training in another tab").count()

    wait_until(is_told, "it was not saved", seconds=120)
    other.get_by_role("button", name="Continue it here").click()
    button(other, "Pause").wait_for()
    wait_for_text(page, "continues on another page")
    button(other, "Stop").click()
    wait_for_text(other, "Stopped")


def test_back_after_the_quick_network_restores_settings_and_data_and_undo_does_so_too(lab):
    page = lab.open("?dropout=0.2")
    for how in ("back", "undo"):
        button(page, "Train a quick network").click()
        page.wait_for_url("**dataset=mnist-uci**")
        if how == "back":
            page.go_back()
        else:
            button(page, "Undo").click()
        page.wait_for_url("**/?dropout=0.2")
        settle(page)
        page.get_by_text("MNIST, 5,000 digits").first.wait_for()
    assert page.errors == []
