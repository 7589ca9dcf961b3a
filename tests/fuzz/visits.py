"""Fuzzers of what a browser sends: links, cookies, pictures; and of the command line."""

import asyncio
import contextlib
import io
import re
from random import Random
from typing import Any
from unittest import mock

import numpy as np
from starlette.types import Message

from ann.cli import main
from ann.recipe import FIELDS, Recipe
from ann.recipes.presets import PRESETS
from ann.recipes.query import from_query, to_query
from ann.recipes.signature import Signature
from pages.draw import preparation
from pages.race import link as race_link
from pages.sweep import link as sweep_link
from pages.ui.links import address
from pages.ui.server import visitor
from tests.fuzz import mutate
from tests.fuzz.fuzzer import LONGEST_MESSAGE, Fuzzer

COOKIE = re.compile(rb"[\x20-\x7e]{40,400}")
OWN = {  # parameters of pages
    "field": "dropout",
    "values": "0.1~0.5",
    "against": "keras-classic~learning_rate:0.01,dropout:0.5",
    "search": "learning_rate~0.001~0.01~~epochs~5~10",
    "trials": "5",
    "seeds": "3",
    "halving": "true",
    "result": "01234567-012345-012345-0123456789ab",
    "dataset": "mnist-5k",
    "run": "1",
    "runs": "1~2",
    "sweep": "1",
}


def query(rng: Random) -> dict[str, str]:
    """The parameters of a link, some of them forged."""
    good = to_query(rng.choice(list(PRESETS.values())).recipe) | OWN
    chosen = rng.sample(sorted(good), rng.randint(1, 8))
    found = {name: good[name] for name in chosen}
    for _ in range(rng.randint(1, 3)):
        name = rng.choice((*FIELDS, *OWN, *OWN))
        kind = rng.random()
        if kind < 0.5:
            found[name] = mutate.text(rng)
        elif kind < 0.8:
            old = found.get(name, good.get(name, "0"))
            found[name] = mutate.damaged(rng, old.encode(errors="replace")).decode(errors="replace")
        else:
            found[name] = found.get(name, "1") + mutate.text(rng)
    return found


def read_recipe(link: dict[str, str]) -> None:
    """A recipe is always found, and the link that it makes leads to it again."""
    recipe, messages = from_query(link)
    assert isinstance(recipe, Recipe) and from_query(to_query(recipe)) == (recipe, [])
    short_enough(messages)
    for text in link.values():
        with contextlib.suppress(ValueError):
            Signature.read(text)


def read_pages_parts(link: dict[str, str]) -> None:
    """What Race and Sweep read: usable values, and a message for each of the others."""
    messages: list[str] = []
    with mock.patch.object(address, "unusable", messages.append):
        parts = sweep_link._parse(link.get("search", ""))
        trials = sweep_link._whole(link, "trials", 200)
        words = race_link._words(link.get("against", ""), 3, "against")
        assert trials is None or 1 <= trials <= 200
        for name, texts in parts.items():
            assert [FIELDS[name].format(FIELDS[name].parse(text)) for text in texts] == texts
        for text in words:
            if race_link._good(race_link.read, text):
                recipe = race_link.read(text)
                assert race_link.read(race_link.spell(recipe)) == recipe
    short_enough(messages)


def short_enough(messages: list[str]) -> None:
    """No message echoes a link at length."""
    for message in messages:
        assert len(message) <= LONGEST_MESSAGE, f"a message has {len(message):,} characters"


# Cookies.


def headers(rng: Random) -> list[tuple[bytes, bytes]]:
    """The headers of a request, among them a cookie of ours, or nearly so."""
    value = mutate.text(rng) if rng.random() < 0.5 else "aZ09-_" * 7 + "a"
    cookie = f"{rng.choice((visitor.COOKIE, visitor.COOKIE, mutate.text(rng)))}={value}"
    cookie = rng.choice(("{}", "a=b; {}", "{}; {}", '"{}"', "$Version=1; {}", "{};" * 300)).replace(
        "{}", cookie
    )
    raw = cookie.encode("latin-1", errors="replace")
    if rng.random() < 0.4:
        raw = mutate.damaged(rng, raw)
    raw = raw[:60_000]  # the server refuses longer headers
    proto = rng.choice((b"https", b"http", mutate.text(rng).encode(errors="replace")))
    return [
        (b"host", b"localhost:8501"),
        (b"accept", b"text/html"),
        (b"cookie", raw),
        (b"x-forwarded-proto", proto),
    ]


def read_cookie(sent: list[tuple[bytes, bytes]]) -> None:
    """The page is answered, with one well-formed cookie, whatever the browser sent."""
    answered: list[Message] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "client": ("127.0.0.1", 5),
        "headers": sent,
    }
    asyncio.run(visitor.SetCookie(app)(scope, mock.AsyncMock(), send))
    start = answered[0]
    cookies = [value for name, value in start["headers"] if name == b"set-cookie"]
    assert start["status"] == 200 and len(cookies) == 1
    assert COOKIE.fullmatch(cookies[0]), cookies


# Pictures.


def picture(rng: Random) -> np.ndarray | None:
    """What the canvas may report: often of its own size, sometimes of any other."""
    noise = np.random.default_rng(rng.getrandbits(32))
    if rng.random() < 0.7:
        image = np.zeros((280, 280, 4), np.uint8)
        for _ in range(rng.randint(0, 4)):
            top, left = rng.randrange(280), rng.randrange(280)
            part = image[top : top + rng.choice((1, 3, 200)), left : left + rng.choice((1, 3, 200))]
            part[...] = noise.integers(0, 256, part.shape) if rng.random() < 0.5 else 255
        return image
    sides = [rng.choice((0, 1, 2, 5, 28, 300)) for _ in range(rng.randint(0, 2))]
    kind = rng.choice((np.uint8, np.uint8, np.float32, np.int64, bool))
    return (noise.random((*sides, *rng.choice(((), (4,), (3,))))) * 255).astype(kind)


def read_picture(image: np.ndarray | None) -> None:
    """Nothing, or a picture as the network takes it."""
    drawing = preparation.prepare(image)
    if drawing is not None:
        assert drawing.picture.shape == (784,) and drawing.picture.dtype == np.uint8
        assert drawing.picture.any()
        assert preparation.steps_strip(drawing.steps).count("<img") == 5


# The command line.


def arguments(rng: Random) -> list[str]:
    """A command with flags, right and wrong."""
    flags = ["--json", "--quiet", "--resume", "--help", "--preset", "--data", "--split"]
    flags += ["--out", "--checkpoint", "--measure", *(f"--{name}" for name in FIELDS)]
    given = [rng.choice(("train", "evaluate", "predict", "bench", "presets", mutate.text(rng)))]
    for _ in range(rng.randint(0, 6)):
        flag = rng.choice((*flags, mutate.text(rng)))
        text = rng.choice(("1", "0.5", "128-64", "sgd", "keras-classic", "test", mutate.text(rng)))
        given += [flag, text] if rng.random() < 0.7 else [f"{flag}={text}"]
    # as a shell hands them over: no zero bytes; and no file in this folder is ever written
    return [text.replace("\x00", "") for text in given]


class NoDigitsError(ValueError):
    """Nothing is trained: what counts is what comes before."""


def no_digits(name: str | None) -> Any:
    """A data set is never found."""
    raise NoDigitsError("there are no digits here")


def read_arguments(given: list[str]) -> None:
    """A command ends with its exit code, and complains in one short line."""
    out, problems = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(problems):
        try:
            code = main(given, no_digits)
        except SystemExit as end:  # --help
            code = int(end.code or 0)
            assert code == 0 and out.getvalue().startswith("usage")
    assert code in (0, 2)
    if code:
        told = problems.getvalue()
        assert told.startswith("ann: ") and told.count("\n") == 1, told[:300]
        assert len(told) <= 2 * LONGEST_MESSAGE, f"{len(told):,} characters: {told[:300]}"


FUZZERS = (
    Fuzzer("recipes", query, read_recipe, inputs=500),
    Fuzzer("links", query, read_pages_parts, inputs=500),
    Fuzzer("cookies", headers, read_cookie, inputs=100),
    Fuzzer("pictures", picture, read_picture, (ValueError,), inputs=60),
    Fuzzer("arguments", arguments, read_arguments, inputs=100),
)
