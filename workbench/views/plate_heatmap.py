"""A plate as a heat map: one number a well, controls marked, chosen wells outlined."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import InputError
from workbench.views.colouring import hex_of, scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

FORMATS = ((6, 8, 12), (4, 16, 24), (2, 32, 48))


class PlateHeatmap:
    """One plate: `wells` has Metadata_Well, a number column, is_control, and Metadata_Name for the tool tip."""

    def __init__(
        self, wells: pd.DataFrame, value: str, *, title: str = "", marked: str | Iterable[str] = (),
        signed: bool = False,
    ) -> None:  # fmt: skip
        missing = {"Metadata_Well", value} - set(wells.columns)
        if missing:
            raise InputError(f"a plate needs the columns {', '.join(sorted(missing))}.")
        self.marked = frozenset([marked] if isinstance(marked, str) else marked)
        self.wells, self.value, self.title, self.signed = wells, value, title, signed

    def data(self) -> pd.DataFrame:
        """The wells drawn."""
        return self.wells

    def python(self) -> str:
        """The line that gives these wells in a notebook."""
        return "lab.data.plate(dataset, plate)"

    def panel(self) -> Any:
        """The plate as SVG, so that it stays sharp and is exported as it is."""
        import panel as pn

        return pn.pane.HTML(self.svg(), sizing_mode="stretch_width", margin=0)

    def svg(self) -> str:
        """The drawing: circles for wells, a bar under controls, a ring around each marked well."""
        from html import escape

        rows, columns, places = _shape(self.wells["Metadata_Well"].tolist())
        numbers = self.wells[self.value].to_numpy(dtype=float)
        known = numbers[np.isfinite(numbers)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        if self.signed:
            high = max(abs(low), abs(high)) or 1.0
            low = -high
        colours = hex_of(scale(numbers, low, high, diverging=self.signed))
        controls = (
            self.wells["is_control"].to_numpy(dtype=bool)
            if "is_control" in self.wells
            else np.zeros(len(numbers), bool)
        )
        names = self.wells["Metadata_Name"].tolist() if "Metadata_Name" in self.wells else [""] * len(numbers)
        width, height = columns * 14 + 20, rows * 14 + 34
        text = 'font-size="7" fill="currentColor" text-anchor="middle" opacity=".6"'
        parts = [f'<text x="{20 + c * 14 + 7}" y="9" {text}>{c + 1}</text>' for c in range(columns)]
        parts += [f'<text x="9" y="{14 + r * 14 + 9.5}" {text}>{_letters(r)}</text>' for r in range(rows)]
        for (r, c), well, number, colour, control, name in zip(
            places, self.wells["Metadata_Well"], numbers, colours, controls, names, strict=True
        ):
            x, y = 20 + c * 14, 14 + r * 14
            tip = escape(f"{well} {name or ''}: {number:.3g}" + (" (control)" if control else ""))
            square = f'x="{x + 2}" y="{y + 2}" width="10" height="10" stroke="currentColor" stroke-width=".9"'
            kind, place = ("rect", square) if control else ("circle", f'cx="{x + 7}" cy="{y + 7}" r="5.6"')
            parts.append(f'<{kind} {place} fill="{colour}"><title>{tip}</title></{kind}>')
            if well in self.marked:
                parts.append(
                    f'<rect x="{x - 0.5}" y="{y - 0.5}" width="15" height="15" rx="3" fill="none" stroke="#E8590C" '
                    'stroke-width="2.4"/>'
                )
        note = f"{self.value.replace('_', ' ')} {low:.3g} to {high:.3g} · squares: controls"
        parts.append(
            f'<text x="20" y="{height - 6}" font-size="8" fill="currentColor" opacity=".7">{escape(note)}</text>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
            f'style="max-width:620px" aria-label="{escape(self.title)}">{"".join(parts)}</svg>'
        )


def is_plate_well(name: str) -> bool:
    """Whether a well's name is a place on a plate, like A01; the guides of a pooled screen have none."""
    return re.fullmatch(r"[A-Za-z]{1,2}\d{1,2}", name) is not None


def _shape(wells: list[str]) -> tuple[int, int, list[tuple[int, int]]]:
    """Rows and columns of the smallest standard plate that holds the wells, and each well's place."""
    places = []
    for well in wells:
        letters = well.rstrip("0123456789")
        digits = well[len(letters) :]
        if not letters.isalpha() or not digits or int(digits) < 1:
            raise InputError(f"a well is named like A01. Got {well!r}.")
        row = 0
        for letter in letters.upper():
            row = row * 26 + ord(letter) - 64
        places.append((row - 1, int(digits) - 1))
    n_rows = max((row for row, _ in places), default=0) + 1
    n_columns = max((column for _, column in places), default=0) + 1
    for _, rows, columns in FORMATS:
        if n_rows <= rows and n_columns <= columns:
            return rows, columns, places
    raise InputError(f"a plate of {n_rows} × {n_columns} wells is larger than 1,536.")


def _letters(row: int) -> str:
    return chr(65 + row) if row < 26 else chr(64 + math.floor(row / 26)) + chr(65 + row % 26)
