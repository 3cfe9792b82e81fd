"""A signature as people write it: genes up and down, or gene and value, as text -> weights of readouts."""

from __future__ import annotations

import math
import re

from workbench.errors import InputError

MAX_ROWS = 5_000
_LIST = re.compile(r"^\s*(up|down)\s*[:=]\s*(.*)$", re.IGNORECASE)
_HEAD = {"gene", "symbol", "readout", "name", "gene_symbol"}


def read_signature(text: str) -> dict[str, float]:
    """Readout -> value from `up: A, B` and `down: C, D` lists, or one `GENE value` (blank, comma or tab) a line.

    A gene alone counts as up. Raises InputError naming line and value for a value that is not a number, a readout that
    is given twice, or nothing at all.
    """
    found: dict[str, float] = {}
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) > MAX_ROWS:
        raise InputError(f"a signature has at most {MAX_ROWS:,} lines, got {len(lines):,}.")
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        named = _LIST.match(line)
        if named:
            sign = 1.0 if named[1].lower() == "up" else -1.0
            pairs = [(name, sign) for name in re.split(r"[\s,;]+", named[2]) if name]
        else:
            parts = [part for part in re.split(r"[\s,;]+", line) if part]
            if number == 1 and parts[0].lower() in _HEAD:
                continue
            pairs = [(parts[0], _value(parts[1], number))] if len(parts) > 1 else [(parts[0], 1.0)]
        for name, value in pairs:
            if name in found:
                raise InputError(f"{name} is given twice.", where=f"line {number}")
            found[name] = value
    if not any(found.values()):
        raise InputError("the signature is empty.", hint="Write `up: A, B` and `down: C`, or `GENE value` a line.")
    return found


def weights_over(signature: dict[str, float], readouts: tuple[str, ...]) -> dict[str, float]:
    """The part of a signature that is read out, absolute weights summing to 1. Raises InputError when none of it is."""
    known = set(readouts)
    kept = {name: value for name, value in signature.items() if name in known and value}
    if not kept:
        some = ", ".join(list(signature)[:5])
        raise InputError(
            f"none of {len(signature)} names is read out here ({some} …).",
            hint=f"Readouts are {', '.join(readouts[:3])} …",
        )
    total = sum(abs(value) for value in kept.values())
    return {name: value / total for name, value in kept.items()}


def _value(text: str, number: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"{text!r} is not a number.", where=f"line {number}", hint="Write `GENE value`, e.g. `MYC 1.2`."
        )
    return value
