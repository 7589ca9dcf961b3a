"""The Data page shows a set under its own name, and no page says where its files are."""

import logging
import re

import pytest

import data
from pages.ui import site
from tests.pages.conftest import texts


@pytest.fixture
def away(monkeypatch):
    """Full MNIST is not on this machine, and there is no internet."""
    info = data.Info("mnist", "MNIST", False, "Download it.", "70,000 images", can_fetch=True)
    others = [one for one in data.available() if one.name != "mnist"]
    monkeypatch.setattr(data, "available", lambda: [*others, info])

    def fetch(name, progress):
        raise data.DataError("/srv/lab/data/cache/mnist: no connection")

    monkeypatch.setattr(data, "fetch", fetch)


def headings(app):
    return [one.value for one in app.subheader]


def test_what_is_shown_is_named_while_another_set_is_chosen_that_is_not_here(visit, away, caplog):
    app = visit("data")
    before = headings(app)
    app.selectbox(key="dataset").set_value("mnist").run()
    assert headings(app) == ["In use on all pages: MNIST, 5,000 digits", *before]
    with caplog.at_level(logging.WARNING):
        next(b for b in app.button if b.label == "Download").click().run()
    assert headings(app)[0].endswith("MNIST, 5,000 digits") and not app.exception
    shown = texts(app.error).replace("\\", "")
    assert "mnist: no connection" in shown and "/srv" not in shown
    assert "/srv/lab/data/cache/mnist" in caplog.text, "the log says where"
    app.selectbox(key="dataset").set_value(data.DEFAULT).run()
    assert headings(app) == before and not app.error


def write_idx(folder):
    digits = data.load()
    for part, x, y in (
        ("train", digits.images[:600], digits.labels[:600]),
        ("t10k", digits.test_images[:100], digits.test_labels[:100]),
    ):
        for kind, values, head in (
            ("images-idx3", x, b"\x00\x00\x08\x03" + len(x).to_bytes(4, "big")),
            ("labels-idx1", y, b"\x00\x00\x08\x01" + len(y).to_bytes(4, "big")),
        ):
            size = (28).to_bytes(4, "big") * 2 if kind == "images-idx3" else b""
            content = head + size + values.astype("uint8").tobytes()
            (folder / f"{part}-{kind}-ubyte").write_bytes(content)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "damaged"])
def test_no_page_tells_where_the_files_are(visit, monkeypatch, tmp_path, whole):
    folder = tmp_path / "our digits"
    folder.mkdir()
    write_idx(folder)
    if not whole:
        (folder / "train-images-idx3-ubyte").write_bytes(b"<html>not found</html>")
    app = visit("data")
    monkeypatch.setenv("ANN_DATA", str(folder))
    for page in ("data", "train", "home", "race", "sweep", "evaluate", "draw", "runs"):
        app.session_state["lab"].dataset = None
        app.switch_page(site.path(page)).run()
        assert not app.exception
        shown = str(app.main) + str(dict(app.query_params))
        assert str(tmp_path) not in shown and tmp_path.name not in shown, page
        assert page != "data" or "our digits" in shown or not whole


def test_full_mnist_with_other_writers_is_one_choice_away(visit, monkeypatch, tmp_path):
    folder = tmp_path / "mnist"
    folder.mkdir()
    write_idx(folder)
    monkeypatch.setenv("ANN_DATA", str(folder))
    app = visit("data")
    app.selectbox(key="dataset").set_value("mnist-hands").run()
    assert not app.exception and not headings(app)
    assert "people in Turkey" in texts(app.caption)
    assert app.session_state["lab"].dataset == "mnist-hands"
    shown = {one.label: one.value for one in app.metric}
    assert shown["Test digits"] == "100"
    assert int(shown["Training digits"].replace(",", "")) > 5_000
    for chosen in (None, 3):  # no picture is shown twice
        next(p for p in app.pills if p.key == "class").set_value(chosen).run()
        strips = [one.body for one in app.get("html") if "<figure" in one.body]
        pictures = re.findall(r'src="(data:image[^"]+)"', max(strips, key=len))
        assert len(set(pictures)) == len(pictures) == 80
