"""Numbers and other things in the words that a learner reads."""

import math
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from data import DIGITS

COSTS = {  # what a training costs; the keys are those of a saved run's numbers
    "multiply_adds": "Multiply-adds",
    "images_seen": "Digits seen",
    "seconds": "Computing time (s)",
}
MOST_PLAIN = 4_000  # characters of a text from elsewhere that a page shows
JOINER = "\N{WORD JOINER}"  # takes no room, and no line breaks there
# Two or more steps down a path, from the root or a drive; no part of an address or a fraction.
STEP = r"(?:[/\\][^\s/\\:;,'\"<>|()]+)"
PATH = re.compile(r"(?<![\w.:/\\~@-])(?:[A-Za-z]:|~)?" + STEP + r"{2,}[/\\]?")
ADDRESS = re.compile(r"www(?=\.)|https?(?=\\:)|@", re.IGNORECASE)  # in escaped text
CONFUSION = (
    "Confusion matrix: a row for each true class, a column for each class the network predicted. "
    "Red cells are confusions: the stronger the color, the more there are."
)
NO_CONFUSIONS = "No confusion matrix: the validation fraction is 0."


def counted(number: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "trial"), counted(1_200, "digit")
    ('1 trial', '1,200 digits')
    """
    return f"{number:,} {thing}{'s' * (number != 1)}"


def listed(things: Sequence[str]) -> str:
    """Things as a list within a sentence.

    >>> listed(["1", "2", "4"]), listed(["1"])
    ('1, 2 and 4', '1')
    """
    *first, last = things
    return f"{', '.join(first)} and {last}" if first else last


def fitting(text: str, class_names: Sequence[str]) -> str:
    """A text about digits, adapted if the images show something else.

    >>> fitting("A row is a digit. Digits seen: 5", ["Coat", "Bag"])
    'A row is an image. Images seen: 5'
    """
    if tuple(class_names) == DIGITS:
        return text
    text = re.sub(r"\ba digit", "an image", text)
    return text.replace("digit", "image").replace("Digit", "Image")


def time_left(seconds: float, place: int = 0) -> str:
    """How long a training still takes, or that it waits until others of the visitor have ended.

    >>> time_left(42), time_left(42, place=1)
    ('42 s left', 'waiting for your other trainings')
    >>> time_left(42, place=3)
    'waiting for your other trainings, 2 ahead in line'
    """
    if not place:
        return f"{duration(seconds)} left"
    ahead = f", {place - 1:,} ahead in line" if place > 1 else ""
    return f"waiting for your other trainings{ahead}"


def figures(number: float) -> str:
    """A number with three digits, or with all digits before the decimal point.

    >>> figures(0.9042), figures(12.34), figures(2_000.0)
    ('0.904', '12.3', '2,000')
    """
    return f"{number:.3g}" if number < 100 else f"{number:,.0f}"


def large(number: float) -> str:
    """A number that may be huge, to three digits.

    >>> [large(n) for n in (0.1234, 812.4, 45_678, 20_130_000, 3.2e30)]
    ['0.123', '812', '45,700', '20.1 million', '3.2e30']
    """
    if number < 1000:
        return f"{number:.3g}"
    if number < 1e6:
        return f"{float(f'{number:.3g}'):,.0f}"
    if number < 1e9:
        return f"{number / 1e6:.3g} million"
    return f"{number:.2g}".replace("e+", "e")


def duration(seconds: float) -> str:
    """A time as people say it; "?" if it is unknown.

    >>> [duration(s) for s in (0.004, 0.34, 2.04, 42, 200, 9000)]
    ['0.01 s', '0.3 s', '2 s', '42 s', '3 min', '2 h 30 min']
    """
    if not math.isfinite(seconds):
        return "?"
    if seconds < 9.95:
        digits = 1 if seconds >= 0.095 else 2
        return f"{max(seconds, 0.01):.{digits}f}".removesuffix(".0") + " s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60:,} h {minutes % 60} min"


def percent(share: float) -> str:
    """A probability in percent; one that is not quite 0 or 1 never looks as if it were.

    >>> percent(0.876), percent(0.9996), percent(0.0004), percent(0)
    ('88%', '>99%', '<1%', '0%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def picture_name(key: str) -> str:
    """The file name, without its ending, of a picture of the chart with this key.

    >>> picture_name("race.confusion.0")
    'ann-lab-race-confusion-0'
    """
    return "ann-lab-" + re.sub(r"\W+", "-", key)


def plain(text: str) -> str:
    """Escape Markdown: the text may come from a forged link or file, and be of any length.

    Where a file is on the server is nobody's business but its owner's, who finds it in the log.

    Streamlit turns web and mail addresses into links after all escapes are resolved, so an
    invisible character splits what it looks for.

    >>> plain("*me*"), plain("me@www.a.b") == f"me@{JOINER}www{JOINER}.a.b", len(plain("me" * 9999))
    ('\\\\*me\\\\*', True, 4000)
    """
    text = without_paths(text)
    if len(text) > MOST_PLAIN:
        text = text[: MOST_PLAIN - 1] + "…"
    for sign in "\\`*_{}[]<>()#+!|$~:&":
        text = text.replace(sign, "\\" + sign)
    return ADDRESS.sub(rf"\g<0>{JOINER}", text)


def without_paths(text: str) -> str:
    """A message with the names of files and folders of the server in place of their paths.

    >>> without_paths("/srv/digits/train.csv: line 7, of https://a.b/c/d, 1/2")
    'train.csv: line 7, of https://a.b/c/d, 1/2'
    """
    if "/" not in text and "\\" not in text:
        return text
    for place in _places(*map(os.environ.get, ("ANN_DATA", "ANN_RUNS"))):  # may hold spaces
        if place in text:
            text = re.sub(re.escape(place) + STEP + "*[/\\\\]?", _last_step, text)
    return PATH.sub(_last_step, text)


def _last_step(found: re.Match[str]) -> str:
    return re.split(r"[/\\]", found[0].rstrip("/\\"))[-1]


@lru_cache(maxsize=8)
def _places(*chosen: str | None) -> tuple[str, ...]:
    """Folders of the server that messages may name, the longest path first."""

    def found() -> Iterator[Path]:
        for name in filter(None, chosen):
            for path in (Path(name), Path(name).resolve()):
                yield from (path, path.parent) if path.is_absolute() else ()
        lab = Path(__file__).parents[2]
        yield from (lab / "data" / "cache", lab / "data", lab)
        yield from (Path.home(), Path(tempfile.gettempdir()))

    return tuple(sorted({str(path) for path in found() if len(path.parts) > 1}, key=len)[::-1])


def plain_lines(text: str) -> str:
    """Escaped text that keeps its line breaks.

    >>> print(plain_lines("97% is expected\\n---").replace("  ", ".."))
    97% is expected..
    \\---
    """
    return "  \n".join(re.sub(r"^(\s*)([-=])", r"\1\\\2", plain(line)) for line in text.split("\n"))
