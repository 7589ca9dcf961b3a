"""A certificate of lessons, with a code that only the server's secret can make.

The code holds all that the certificate says, so nothing has to be kept to verify it, and whoever
changes a letter of it breaks its signature.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any, NamedTuple

MOST_CODE = 4_000  # characters of a code that are read
MOST_NAME, MOST_LESSONS = 60, 100
PURPOSE = b"certificate:"  # the same secret signs other things, too
SIGNED = 15  # bytes of the signature: 20 letters


class Certificate(NamedTuple):
    """What a learner has shown: lessons whose checks are passed, and how the forecasts went."""

    name: str  # of the learner, as they typed it
    date: str  # such as 2026-11-28
    lessons: tuple[str, ...]
    forecasts: int
    within_reach: int


def code(certificate: Certificate, secret: bytes) -> str:
    """The certificate as a code, signed.

    >>> one = Certificate("Ada", "2026-11-28", ("larger-steps",), 4, 3)
    >>> read(code(one, b"ours"), b"ours") == one, read(code(one, b"other"), b"ours")
    (True, None)
    """
    name, lessons = certificate.name[:MOST_NAME], certificate.lessons[:MOST_LESSONS]
    kept = certificate._replace(name=name, lessons=lessons)
    payload = json.dumps(kept, separators=(",", ":"), ensure_ascii=False).encode()
    return f"{_text(payload)}.{_signature(payload, secret)}"


def read(text: str, secret: bytes) -> Certificate | None:
    """The certificate of a code; None unless this secret has signed it."""
    text = "".join(text[:MOST_CODE].split())  # a code that was copied from paper has line breaks
    body, _, signature = text.partition(".")
    try:
        payload = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError):
        return None
    signed = signature.isascii() and hmac.compare_digest(signature, _signature(payload, secret))
    if not signed:
        return None
    found: Any = json.loads(payload)  # it is ours
    name, date, lessons, forecasts, within_reach = found
    return Certificate(name, date, tuple(lessons), forecasts, within_reach)


def _signature(payload: bytes, secret: bytes) -> str:
    return _text(hmac.digest(secret, PURPOSE + payload, hashlib.sha256)[:SIGNED])


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
