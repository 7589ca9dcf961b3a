"""Each page on a first visit."""

import subprocess
import sys
from dataclasses import replace

import pytest

import data
from pages.ui import site
from tests.pages.conftest import ROOT, texts
from tests.pages.trained import give, trained

OF_IMAGES = ["map", "why", "robustness"]
INSIDE = [page.name for page in site.PAGES[site.INSIDE]]
PAGES = [page.name for pages in site.PAGES.values() for page in pages]


@pytest.mark.parametrize("page", PAGES)
def test_a_first_visit_shows_the_page_and_no_exception(visit, page, at_address, comes_by):
    at_address()
    comes_by(f"http://127.0.0.1:8501/{page}")
    app = visit("" if page == site.HOME else page)
    assert not app.exception
    assert len(app.title) == 1
    assert "127.0.0.1" not in str(app.main), "an address that others cannot open"


def test_a_chart_waits_until_another_thread_has_imported_all_of_pandas(tmp_path):
    (tmp_path / "pandas.py").write_text("import time; time.sleep(0.3); Series = Index = ()")
    code = (
        f"import sys, threading, time; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from pages.ui.server import internals\n"
        "threading.Thread(target=__import__, args=('pandas',)).start()\n"
        "while 'pandas' not in sys.modules: time.sleep(0.001)\n"
        "internals.drawn({'data': [{'type': 'scatter', 'x': [1], 'y': [2]}]}).to_json()\n"
        "print(sys.modules['pandas'].Series)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "()\n", done.stderr[-2000:]


@pytest.mark.parametrize("page", ["evaluate", "draw", *INSIDE])
def test_without_a_network_a_page_says_what_to_do(visit, page):
    app = visit(page)
    assert "no" in texts(app.markdown) and (app.button or app.get("page_link"))


def test_the_data_page_counts_the_digits_of_each_part(visit):
    app = visit("data", {"validation_fraction": "0.25"})
    counts = {metric.label: metric.value for metric in app.metric}
    assert counts["Training digits"] == "3,000"
    assert counts["Validation digits"] == "1,000"
    app.select_slider(key="validation_fraction").set_value(0.0).run()
    assert {m.label: m.value for m in app.metric}["Training digits"] == "4,000"
    assert not app.exception


def test_a_missing_data_set_is_offered_but_not_used(visit):
    app = visit("data")
    away = next((i.name for i in data.available() if not i.here), None)
    if away is None:
        pytest.skip("every data set is on this machine")
    app.selectbox(key="dataset").set_value(away).run()
    assert not app.exception
    assert "Download" in [button.label for button in app.button]
    assert app.session_state["lab"].dataset is None
    assert {m.label: m.value for m in app.metric}["Test digits"] == "1,000"


def test_a_data_set_that_cannot_be_opened_gives_a_message_and_is_not_chosen(visit, monkeypatch):
    def load(name=None):
        if name == "broken":
            raise data.DataError("broken: entry 1 has the label 77")
        return opened(name)

    listed, opened = data.available(), data.load
    info = data.Info("broken", "Broken", True, "Files.", "few")
    monkeypatch.setattr(data, "available", lambda: [*listed, info])
    monkeypatch.setattr(data, "load", load)
    app = visit("data")
    app.selectbox(key="dataset").set_value("broken").run()
    assert "label 77" in texts(app.warning) and "embedded digits are used" in texts(app.warning)
    assert app.selectbox(key="dataset").value == data.DEFAULT
    assert not app.run().warning, "a message is shown once"


@pytest.mark.parametrize("page", ["", "data", "evaluate"])
def test_markdown_in_the_name_of_a_data_set_is_escaped(visit, monkeypatch, page):
    named = replace(data.load(), title="a_b_ $5$ to $6$, 5,000 images", source="In /a_b_/$5$.")
    monkeypatch.setattr("pages.ui.server.datasets.chosen", lambda: named)
    app = give(visit(page), trained(), named)
    assert not app.exception
    assert r"\$5\$" in texts(app.caption) and "$5$" not in texts(app.caption)


@pytest.mark.parametrize("page", ["data", "evaluate", "train", "race", "sweep", *OF_IMAGES])
def test_images_that_show_no_digits_are_not_called_digits(visit, monkeypatch, page):
    clothes = replace(data.load(), class_names=("Coat",) * 10)
    monkeypatch.setattr("pages.ui.server.datasets.chosen", lambda: clothes)
    app = visit(page)
    app = give(app, trained(), clothes) if page in ("evaluate", *OF_IMAGES) else app
    assert not app.exception
    told = [app.markdown, app.caption, app.header, app.metric, app.success]
    words = "\n".join([*map(texts, told), *(metric.label for metric in app.metric)])
    assert "digit" not in words.lower().replace("5,000 digits", "")


def test_without_internet_there_is_a_message(visit, monkeypatch):
    app = visit("data")
    away = next((i.name for i in data.available() if not i.here), None)
    if away is None:
        pytest.skip("every data set is on this machine")

    def fail(name, progress=None):
        progress(0.05, "Downloading")
        raise data.DataError("mnist: could not be fetched, no connection")

    monkeypatch.setattr(data, "fetch", fail)
    app.selectbox(key="dataset").set_value(away).run()
    next(b for b in app.button if b.label == "Download").click().run()
    assert not app.exception
    assert "no connection" in texts(app.error)


def test_home_explains_three_words_and_offers_three_things_to_do(visit):
    app = visit("home")
    shown = texts(app.markdown)
    for word in ("neuron", "loss", "epoch"):
        assert f"**{word}**" in shown
    labels = [link.proto.label for link in app.get("page_link")]
    assert [n for n in "1234" if any(f"**{n}. " in label for label in labels)] == list("123")


def test_a_folder_that_cannot_be_read_says_so_and_offers_no_download(visit, monkeypatch):
    listed = data.available()
    broken = data.Info("half", "half", False, "half: found: 1 .txt file; expected: IDX.", "")
    monkeypatch.setattr(data, "available", lambda: [*listed, broken])
    app = visit("data")
    app.selectbox(key="dataset").set_value("half").run()
    assert not app.exception
    assert "found: 1 .txt file" in texts(app.warning).replace("\\", "")
    assert "Download" not in [button.label for button in app.button]


def test_what_was_taken_for_what_is_shown_with_the_data_set(visit, monkeypatch):
    noted = replace(data.load(), notes=("Labels *1* to 26 were taken for A to Z.",))
    monkeypatch.setattr("pages.ui.server.datasets.chosen", lambda: noted)
    app = visit("data")
    assert "taken for A to Z" in texts(app.info) and "*1*" not in texts(app.info).replace(r"\*", "")
