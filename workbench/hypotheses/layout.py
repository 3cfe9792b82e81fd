"""Plate layouts: randomised, with controls spread over the plate; pure and reproducible by seed."""

from __future__ import annotations

import math

import numpy as np

from workbench.errors import InputError
from workbench.nouns.experiment import PLATE_SHAPES

MIN_CONTROLS = 8
CONTROL_SHARE = 0.1


def well_name(row: int, column: int) -> str:
    """Name of a well counted from 0: (0, 0) is A01, (26, 0) is AA01."""
    letters = chr(65 + row) if row < 26 else "A" + chr(65 + row - 26)
    return f"{letters}{column + 1:02d}"


def parse_well(text: str) -> tuple[int, int]:
    """Row and column of a well written as A1, a01 or A-1. Raises InputError."""
    cleaned = text.strip().upper().replace("-", "").replace(" ", "")
    letters = cleaned.rstrip("0123456789")
    digits = cleaned[len(letters) :]
    if not letters or not digits or len(letters) > 2 or not letters.isalpha() or not letters.isascii():
        raise InputError(f"{text!r} is not a well like A01.")
    row = ord(letters[-1]) - 65 + (26 * (ord(letters[0]) - 64) if len(letters) == 2 else 0)
    return row, int(digits) - 1


def n_controls_for(n_treatments: int) -> int:
    """Control wells a plate: a tenth of the treatments, at least eight."""
    return max(MIN_CONTROLS, math.ceil(CONTROL_SHARE * n_treatments))


def layout(n_treatments: int, n_wells: int, rng: np.random.Generator) -> list[tuple[str, int]]:
    """Wells of one plate as (well, treatment number), -1 for a control; the other wells stay empty.

    The outer ring is left empty when everything fits inside; controls are drawn one from each of as many equal regions,
    so that they never all lie on the edge. Raises InputError when it does not fit.
    """
    if n_treatments < 1:
        raise InputError("a plate needs at least one treatment.", where=f"got {n_treatments}")
    rows, columns = PLATE_SHAPES[n_wells]
    n_controls = n_controls_for(n_treatments)
    inner = [(r, c) for r in range(1, rows - 1) for c in range(1, columns - 1)]
    everywhere = [(r, c) for r in range(rows) for c in range(columns)]
    places = inner if n_treatments + n_controls <= len(inner) else everywhere
    if n_treatments + n_controls > len(places):
        raise InputError(
            f"{n_treatments} treatments and {n_controls} controls do not fit on {n_wells} wells.",
            hint="Choose a larger plate or fewer hypotheses.",
        )
    places = sorted(places, key=lambda place: (place[1], place[0]))
    regions = np.array_split(np.arange(len(places)), n_controls)
    controls = {int(rng.choice(region)) for region in regions}
    free = [i for i in range(len(places)) if i not in controls]
    chosen = rng.permutation(free)[:n_treatments]
    filled = dict.fromkeys(controls, -1) | {int(i): number for number, i in enumerate(chosen)}
    return [(well_name(*places[i]), treatment) for i, treatment in sorted(filled.items())]
