"""Class codes: short enough to write on a blackboard, without letters that look alike."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 and O, 1 and I and L
LENGTH = 5  # 28.6 million codes: too many to guess, as tries are limited


def new_code() -> str:
    """A random code, such as KQ7TB."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def clean_code(text: str) -> str | None:
    """A code as somebody types it, in its standard form; None if it can't be one.

    >>> clean_code(" kq7-tb "), clean_code("KQ7T"), clean_code("KQ7T0")
    ('KQ7TB', None, None)
    """
    code = "".join(c for c in text[:40].upper() if c.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
