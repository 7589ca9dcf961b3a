"""Fuzzers of what a browser sends: links, cookies, pictures; and of the command line."""

import asyncio
import contextlib
import io
import ipaddress
import json
import os
import re
import zlib
from random import Random
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import numpy as np
import streamlit as st
from PIL import Image
from starlette.types import Message

from ann.cli import main
from ann.recipe import FIELDS, Recipe
from ann.recipes.presets import PRESETS
from ann.recipes.query import from_query, to_query
from ann.recipes.signature import Signature
from data.formats.png import read_png
from pages.draw import preparation
from pages.race import link as race_link
from pages.sweep import link as sweep_link
from pages.ui import canvas
from pages.ui.links import address
from pages.ui.server import addresses, ids, middleware, public_address, stores, visitor
from pages.ui.server.given_address import is_any, is_here, parse
from tests.fuzz import mutate
from tests.fuzz.fuzzer import LONGEST_MESSAGE, Fuzzer

COOKIE_SET = re.compile(rb"[\x21-\x7e][\x20-\x7e]{40,400}")  # as a header: in one line
HANDED_OUT = re.compile(r"https?://[\w.:\[\]-]+(/[\w.~-]+)*\?class=KQ7TB", re.ASCII)
ISSUED = "i" * 43  # an id that the server has issued
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
    "digit": "v5",
    "unit": "1-3",
    "step": "5",
    "epoch": "1",
    "data": "8182ad9bd148cb89",
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


# The server's middleware.


def request(rng: Random) -> dict[str, Any]:
    """A request for a page or a websocket, with a cookie of ours, or nearly so."""
    value = mutate.text(rng) if rng.random() < 0.5 else "aZ09-_" * 7 + "a"
    if rng.random() < 0.3:
        value = ids.sign(ISSUED, b"fuzz")
    cookie = f"{rng.choice((visitor.COOKIE, visitor.COOKIE, mutate.text(rng)))}={value}"
    cookie = rng.choice(("{}", "a=b; {}", "{}; {}", '"{}"', "$Version=1; {}", "{};" * 300)).replace(
        "{}", cookie
    )
    raw = cookie.encode("latin-1", errors="replace")
    if rng.random() < 0.3:
        raw = mutate.damaged(rng, raw)
    host = rng.choice(("localhost:8501", "localhost", "127.0.0.1", mutate.text(rng)))
    headers = {
        "host": host,
        "accept": rng.choice(("text/html", "text/html", mutate.text(rng))),
        "x-forwarded-proto": rng.choice(("https", mutate.text(rng))),
        "x-forwarded-for": rng.choice(("10.0.0.1, 10.0.0.2", "::1", mutate.text(rng))),
        "x-ann-visitor": rng.choice(("", mutate.text(rng))),
    }
    sent = [(name, text.encode("latin-1", errors="replace")) for name, text in headers.items()]
    sent += [("cookie", raw)]
    return {
        "type": rng.choice(("http", "http", "websocket")),
        "method": "GET",
        "scheme": "http",
        "path": rng.choice(("/", "/train", "/_stcore/metrics", mutate.text(rng))),
        "client": rng.choice((("127.0.0.1", 5), ("10.0.0.1", 5), ("::1", 5), None)),
        # the server refuses longer headers
        "headers": [(name.encode(), text[:60_000]) for name, text in sent if text],
    }


def read_request(scope: dict[str, Any]) -> None:
    """Whatever was sent, a browser gets a short answer; only issued ids reach the pages."""
    answered: list[Message] = []
    let_in: list[dict[str, Any]] = []

    async def pages(inner: Any, receive: Any, send: Any) -> None:
        let_in.append(inner)
        if inner["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    async def send(message: Message) -> None:
        answered.append(message)

    with mock.patch.object(stores, "secret", lambda: b"fuzz"):
        asyncio.run(middleware.Entrance(middleware.Visitors(pages))(scope, mock.AsyncMock(), send))
    for inner in let_in:
        if inner["type"] == "websocket":
            cookies = b"; ".join(text for name, text in inner["headers"] if name == b"cookie")
            found = re.findall(rb"(?:^|;)\s*ann_lab_visitor=([^;]*)", cookies)
            assert found in ([], [ISSUED.encode()]), found
    if scope["type"] == "websocket":
        assert let_in or answered[0]["type"] == "websocket.close"
        return
    start, *bodies = answered
    named = [(name.lower(), value) for name, value in start["headers"]]
    cookies = [value for name, value in named if name == b"set-cookie"]
    assert start["status"] in (200, 404, 421, 429) and len(cookies) <= 1
    assert all(COOKIE_SET.fullmatch(cookie) for cookie in cookies), cookies
    assert (b"x-content-type-options", b"nosniff") in named
    body = b"".join(message.get("body", b"") for message in bodies)
    assert len(body) < 2_000 and b"<script" not in body and b"href" not in body, body


# The address that a browser says it came by, and the one that is handed out.

ROOTS = (
    "http://127.0.0.1:8501",
    "http://localhost:8501",
    "https://lab.school.org/ann",
    "http://[::1]:8501",
    "http://[fd00::2]:8501/lab",
    "http://10.8.0.5:8501",
    "http://2130706433",
    "https://evil.example",
)


def came_by(rng: Random) -> str:
    """The address of a page, at times damaged or with a forged part."""
    url = f"{rng.choice(ROOTS)}{rng.choice(('', '/', '/train', '/look?run=3', '/runs#x'))}"
    kind = rng.random()
    if kind < 0.4:
        return mutate.damaged(rng, url.encode()).decode(errors="replace")
    if kind < 0.7:
        place = rng.randrange(len(url))
        return url[:place] + mutate.text(rng) + url[place:]
    return url


def hand_out(url: str) -> None:
    """A link leads to this machine, or to a name of the lab; nothing can break out of it."""
    with (
        mock.patch.dict(os.environ, ANN_HOSTS="lab.school.org"),
        mock.patch.object(type(st.context), "url", property(lambda _: url)),
        mock.patch.object(type(st.context), "ip_address", None),
        mock.patch.object(public_address, "network_address", lambda: "192.168.1.20"),
    ):
        link = public_address.link("train", {"class": "KQ7TB"})
    assert HANDED_OUT.fullmatch(link), link
    host = urlsplit(link).hostname or ""
    assert not (is_here(host) or is_any(host)), link
    assert host in {"lab.school.org"} | addresses.own_names() or ipaddress.ip_address(host), link
    found = parse(url)
    assert parse(str(found)) == found and urlsplit(str(found)).hostname == found.host


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


def sent_png(rng: Random) -> bytes:
    """What may come in place of the canvas's picture: other sizes, kinds, formats, and damage."""
    sides = rng.choice(((280, 280), (280, 280), (280, 280), (1, 1), (279, 280), (3_000, 3_000)))
    image = Image.new(
        rng.choice(("RGBA", "RGBA", "RGBA", "RGB", "L", "LA", "1", "I;16", "P")), sides
    )
    file = io.BytesIO()
    kind = rng.choice(("PNG", "PNG", "PNG", "PNG", "GIF", "TIFF", "PPM"))
    image.save(file, kind if image.mode in ("RGB", "L") else "PNG")
    raw = bytearray(file.getvalue())
    if (
        raw[:4] == b"\x89PNG" and rng.random() < 0.3
    ):  # another size, kind or interlacing in a header that is right otherwise
        raw[16 + rng.randrange(13)] ^= 1 << rng.randrange(8)
        raw[29:33] = zlib.crc32(raw[12:29]).to_bytes(4)
    if raw[:4] == b"\x89PNG" and rng.random() < 0.3:
        text = zlib.compress(bytes(rng.choice((10, 10**6))))
        raw[33:33] = chunk(rng.choice((b"zTXt", b"iCCP", b"IDAT", b"acTL")), b"a\0\0" + text)
    return mutate.damaged(rng, bytes(raw)) if rng.random() < 0.5 else bytes(raw)


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    check = zlib.crc32(name + content).to_bytes(4)
    return len(content).to_bytes(4) + name + content + check


def read_sent_png(content: bytes) -> None:
    """Nothing but a picture as large as the canvas is ever decoded."""
    pixels = read_png(content, canvas.SIDE, canvas.SIDE)
    assert pixels.shape == (canvas.SIDE, canvas.SIDE, 4) and pixels.dtype == np.uint8
    read_picture(pixels)


def read_strokes(text: str) -> None:
    """The strokes on the canvas, as any JSON."""
    strokes = canvas._strokes(json.loads(text))
    assert strokes is None or isinstance(strokes["objects"], list)


STROKES = {
    "version": "4.4.0",
    "objects": [{"type": "path", "left": 10.5, "path": [["M", 1, 2], ["Q", 1, 2, 3, 4]]}],
    "background": "#000000",
}


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
    raw = (text.replace("\x00", "").encode(errors="surrogatepass") for text in given)
    return [os.fsdecode(text) for text in raw]


class NoDigitsError(ValueError):
    """Nothing is trained: what counts is what comes before."""


class NoDigits:
    """Neither a data set nor an image is ever found."""

    def load(self, name: str | None) -> Any:
        raise NoDigitsError("there are no digits here")

    read_images = load


def read_arguments(given: list[str]) -> None:
    """A command ends with its exit code, and complains in one short line."""
    out, problems = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(problems):
        try:
            code = main(given, NoDigits())
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
    Fuzzer("middleware", request, read_request, inputs=200),
    Fuzzer("addresses", came_by, hand_out, (ValueError,), inputs=300),
    Fuzzer("pictures", picture, read_picture, (ValueError,), inputs=60),
    Fuzzer("png", sent_png, read_sent_png, (ValueError,), inputs=60, megabytes=300),
    Fuzzer(
        "strokes",
        lambda rng: json.dumps(mutate.forged(rng, STROKES)),
        read_strokes,
        (ValueError,),
    ),
    Fuzzer("arguments", arguments, read_arguments, inputs=100),
)
