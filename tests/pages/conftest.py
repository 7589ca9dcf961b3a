"""Pages without a browser: AppTest runs app.py and the page that it is switched to."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def visit(monkeypatch):
    """`visit("train", {"dropout": "0.5"})`: a first visit by deep link, already run."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("ANN_DATA", raising=False)

    def first_visit(page: str = "", query: dict[str, str] | None = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params.update(query or {})
        if page:
            app.switch_page(f"pages/lab/{page}.py")
        return app.run()

    return first_visit


def texts(elements) -> str:
    """What all elements of a kind say, in one text."""
    return "\n".join(str(element.value) for element in elements)
