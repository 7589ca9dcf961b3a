"""Numbers as the pages of Inside write them: with a sign, and so that sums can be checked."""

from decimal import Decimal

MOST_DECIMALS = 6  # more, or numbers that are rounded to hundreds, get a power of ten


def three(number: float) -> str:
    """A number with three significant digits and a proper minus sign.

    >>> three(0.12345), three(-2.0), three(1234.5), three(0.00001234), three(1e9)
    ('0.123', '−2', '1,234', '1.23e−5', '1e9')
    """
    text = f"{number:,.0f}" if 1000 <= abs(number) < 1e6 else f"{number:.3g}"
    return _tidy(text)


def with_sign(number: float) -> str:
    """The same with a sign in front, except for 0.

    >>> with_sign(0.12345), with_sign(-2.0), with_sign(0.0)
    ('+0.123', '−2', '0')
    """
    return f"+{three(number)}" if number > 0 else three(number)


def written(number: Decimal, decimals: int, *, sign: bool = True) -> str:
    """A number of a ledger, to its last shown digit; with a sign in front, except for 0.

    All numbers of a ledger have the same `decimals`, and get the same power of ten if they are
    very small or huge. So what is shown adds up.

    >>> written(Decimal("-1.730"), 3), written(Decimal("0.25"), 2), written(Decimal("0.00"), 2)
    ('−1.730', '+0.25', '0.00')
    >>> written(Decimal("0.0000000123"), 10), written(Decimal(1234000), -3)
    ('+1.23e−8', '+1,234e3')
    """
    power = 0
    if decimals > MOST_DECIMALS:
        power = 2 - decimals
    elif decimals < 0:
        power = -decimals
    text = f"{number.scaleb(-power):+,.{max(decimals + power, 0)}f}"
    text = text[1:] if number == 0 or (not sign and number > 0) else text
    return _tidy(f"{text}e{power}" if power else text)


def _tidy(text: str) -> str:
    """The text of a number with a proper minus sign and a short power of ten.

    >>> _tidy("-1.23e-05"), _tidy("1e+09")
    ('−1.23e−5', '1e9')
    """
    mantissa, e, power = text.partition("e")
    return (mantissa + (f"e{int(power)}" if e else "")).replace("-", "−")
