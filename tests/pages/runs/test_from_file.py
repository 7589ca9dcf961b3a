"""A run from a file."""

import tomllib

from ann.keeping import limits
from ann.keeping.limits import MAX_RUN_BYTES
from pages.ui.server import stores
from tests.pages.conftest import ROOT, texts
from tests.pages.runs.conftest import turn_to
from tests.pages.trained import SMALL, mine, save_runs, visitor


def test_a_file_is_added_and_a_hostile_one_is_refused(visit):
    app = save_runs(visit("runs"), SMALL)
    content = stores.archive().file(visitor(app), mine(app)[0].id)
    turn_to(app, "From a file")
    for name, body in (("mine.npz", content), ("bad.npz", b"PK\x03\x04rubbish")):
        app.file_uploader[0].set_value((name, body, "application/octet-stream")).run()
        assert not app.exception
    assert "not a run of ANN Lab" in texts(app.error)
    assert [saved.name for saved in mine(app)] == ["mine", "hidden sizes 32, epochs 2"]
    assert mine(app)[0].recipe == SMALL


def test_the_server_accepts_no_larger_file_than_a_run_may_be():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == MAX_RUN_BYTES // 1_000_000


def test_a_page_says_so_if_too_much_came_from_its_address_within_an_hour(visit, monkeypatch):
    app = save_runs(visit("runs"), SMALL)
    content = stores.archive().file(visitor(app), mine(app)[0].id)
    monkeypatch.setattr(limits, "MAX_ADDRESS_HOUR_BYTES", 1_000)
    turn_to(app, "From a file")
    app.file_uploader[0].set_value(("mine.npz", content, "application/octet-stream")).run()
    assert not app.exception
    assert "Your network address has saved" in texts(app.error)
    assert len(mine(app)) == 1


def test_several_files_are_added_at_once_and_a_bad_one_is_named(visit):
    app = save_runs(visit("runs"), SMALL)
    content = stores.archive().file(visitor(app), mine(app)[0].id)
    turn_to(app, "From a file")
    kind = "application/octet-stream"
    files = [("a.npz", content, kind), ("broken.npz", b"PK", kind), ("b.npz", content, kind)]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert "2 runs have been added" in texts(app.success)
    assert "broken" in texts(app.error) and len(app.error) == 1
    assert {"a", "b"} <= {saved.name for saved in mine(app)}
