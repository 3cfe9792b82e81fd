"""Numbers as people read them: two or three significant figures, units, intervals, p-values; and safe text."""

from __future__ import annotations

import html
import math
import re

MINUS = "−"
UNKNOWN = "–"
LEAST_LETTERS = 4  # of a word whose end was cut


def significant(value: float | None, figures: int = 3) -> str:
    """So many significant figures (all digits before the point), true minus, thousands' commas; "–" for nothing."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    mantissa, exponent = f"{abs(value):.{figures - 1}e}".split("e")
    power = int(exponent)
    if power < -4 or power >= 7:
        shown = f"{mantissa}×10{_superscript(power)}"
    else:
        shown = f"{abs(value):,.{max(0, figures - 1 - power)}f}"
    return f"{MINUS}{shown}" if value < 0 else shown


number = significant


def signed(value: float | None, figures: int = 3) -> str:
    """As `significant`, with a plus sign before positive numbers."""
    shown = significant(value, figures)
    return f"+{shown}" if value is not None and value > 0 else shown


def quantity(value: float | None, unit: str = "", figures: int = 3) -> str:
    """A number with its unit behind a narrow blank; with "%" a share of one is given as per cent."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if unit == "%":
        return f"{significant(100 * value, min(figures, 2))}\u202f%"
    return f"{significant(value, figures)}\u202f{unit}".rstrip("\u202f")


def interval(low: float | None, high: float | None, figures: int = 2) -> str:
    """`[low, high]`, or "–" when either end is missing."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return UNKNOWN
    return f"[{significant(low, figures)}, {significant(high, figures)}]"


def p_value(value: float | None, floor: float = 1e-4) -> str:
    """`0.031`, or `< 0.0001` below the floor (give 1/(permutations + 1) for a permutation test)."""
    if value is None or math.isnan(value):
        return UNKNOWN
    return f"< {significant(floor, 1)}" if value < floor else significant(value, 2)


def count(n: int, one: str, many: str = "") -> str:
    """`1 plate`, `1,204 plates`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def text(value: object) -> str:
    """Any value as text that is safe inside HTML."""
    return html.escape(str(value), quote=True)


def shorten(value: str, length: int = 40) -> str:
    """A long name cut short, safe inside HTML, with the full text on hover."""
    full = html.escape(value, quote=True)
    if len(value) <= length:
        return full
    return f'<span title="{full}">{html.escape(value[: length - 1])}…</span>'


def short_name(value: str, length: int = 28) -> str:
    """At most `length` letters of a long name: its longest words lose their ends first, so that all its parts stay
    (`Nuclei_Texture_InfoMeas1_Mito_10_0` differs from its neighbours at any of them); beyond that its middle goes."""
    parts = re.split(r"([_ ])", value)
    over = len(value) - length
    while over > 0 and len(parts) > 1 and max(map(len, parts)) > LEAST_LETTERS:
        longest = max(range(len(parts)), key=lambda i: len(parts[i]))
        parts[longest], over = parts[longest][:-1], over - 1
    short = "".join(parts)
    head = (length - 1) // 2
    return short if len(short) <= length else f"{short[:head]}…{short[len(short) - (length - 1 - head) :]}"


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
