"""What a browser may send: the limits, and the variables that set them."""

import re
from pathlib import Path

import pytest

from pages.ui.server import limits

ROW = re.compile(r"^\| [^|]+ \| ([\d,]+) \| `(ANN_\w+)` \|$", re.MULTILINE)


def test_the_readme_lists_every_limit_with_its_default():
    text = Path(limits.__file__).with_name("README.md").read_text(encoding="utf-8")
    listed = {name: int(default.replace(",", "")) for default, name in ROW.findall(text)}
    assert listed == limits.VARIABLES


def test_a_variable_sets_a_limit_and_a_bad_value_is_refused_by_name(monkeypatch):
    monkeypatch.setitem(limits.VARIABLES, "ANN_TEST", 7)
    monkeypatch.delenv("ANN_TEST", raising=False)
    assert limits.limit("ANN_TEST", 7, 1, 1_000) == 7
    monkeypatch.setenv("ANN_TEST", " 1000 ")
    assert limits.limit("ANN_TEST", 7, 1, 1_000) == 1_000
    for bad in ("0", "1001", "-5", "many", "1.5", "9" * 10_000, "²"):
        monkeypatch.setenv("ANN_TEST", bad)
        with pytest.raises(ValueError, match=r"^ANN_TEST: '.*' is not .* from 1 to 1,000"):
            limits.limit("ANN_TEST", 7, 1, 1_000)
