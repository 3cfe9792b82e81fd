"""Colours of a column: categories in a colour-blind-safe palette, numbers on viridis, signed numbers diverging."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workbench.views.style import palette

CATEGORICAL = palette.CATEGORICAL
OTHER = palette.NO_SIGNAL
PLAIN = "#4C78A8"
ACCENT = "#E8590C"
_VIRIDIS = (
    (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137), (53, 183, 121),
    (109, 205, 89), (180, 222, 44), (253, 231, 37),
)  # fmt: skip
_DIVERGING = (
    (33, 102, 172),
    (103, 169, 207),
    (209, 229, 240),
    (247, 247, 247),
    (253, 219, 199),
    (239, 138, 98),
    (178, 24, 43),
)


@dataclass(frozen=True, eq=False)
class Colouring:
    """How points are coloured by one column.

    codes [n_points] int: category of each point, −1 for "no value", or values [n_points] float for numbers;
    names and palette of the categories with their counts, the commonest first; low, high the ends of a scale.
    """

    name: str
    codes: np.ndarray | None = None
    values: np.ndarray | None = None
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    palette: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    is_filtered: bool = False

    def only(self, kept: np.ndarray) -> Colouring:
        """The same colours with the points outside `kept` [n_points] bool in the grey of "no value"."""
        if self.values is not None:
            return replace(self, values=np.where(kept, self.values, np.nan), is_filtered=True)
        return replace(self, codes=np.where(kept, self.codes, -1).astype(np.int32), is_filtered=True)

    @property
    def is_numeric(self) -> bool:
        """Whether the column is a number, drawn on a scale."""
        return self.values is not None

    def colours(self) -> np.ndarray:
        """One hex colour a point [n_points]."""
        if self.values is not None:
            return hex_of(scale(self.values, self.low, self.high))
        if self.codes is None:
            return np.array([])
        table = np.array([*self.palette, OTHER])
        return table[self.codes]


def colour_by(name: str, column: np.ndarray | None, n_points: int) -> Colouring:
    """The colouring of one column [n_points]; no column gives one plain colour."""
    if column is None:
        return Colouring(
            "", codes=np.zeros(n_points, dtype=np.int32), names=("all",), counts=(n_points,), palette=(PLAIN,)
        )
    if column.dtype.kind in "fiu":
        values = column.astype(np.float64)
        known = values[np.isfinite(values)]
        low, high = np.quantile(known, [0.01, 0.99]) if known.size else (0.0, 1.0)
        if known.size and low == high:
            low, high = float(known.min()), float(known.max())
        return Colouring(name, values=values, low=float(low), high=float(high))
    texts, inverse, counts = np.unique(column.astype(str), return_inverse=True, return_counts=True)
    order = [i for i in np.argsort(-counts, kind="stable") if texts[i] != ""]
    shown = order[: len(CATEGORICAL)]
    place = np.full(len(texts), -1, dtype=np.int32)
    place[shown] = np.arange(len(shown))
    return Colouring(
        name, codes=place[inverse].astype(np.int32), names=tuple(str(texts[i]) for i in shown),
        counts=tuple(int(counts[i]) for i in shown), palette=CATEGORICAL[: len(shown)],
    )  # fmt: skip


def scale(values: np.ndarray, low: float, high: float, *, diverging: bool = False) -> np.ndarray:
    """Numbers to RGB on viridis, or on blue–white–red. values [n] -> [n, 3] uint8; NaN is grey."""
    stops = np.array(_DIVERGING if diverging else _VIRIDIS, dtype=float)
    share = np.clip((np.nan_to_num(values, nan=low) - low) / ((high - low) or 1.0), 0, 1)
    at = np.linspace(0, 1, len(stops))
    colours = np.column_stack([np.interp(share, at, stops[:, i]) for i in range(3)]).round().astype(np.uint8)
    colours[~np.isfinite(values)] = [int(OTHER[i : i + 2], 16) for i in (1, 3, 5)]
    return colours


def hex_of(colours: np.ndarray) -> np.ndarray:
    """RGB [n, 3] uint8 to hex texts [n]."""
    return np.array([f"#{r:02x}{g:02x}{b:02x}" for r, g, b in colours.tolist()])


def hex_stops(*, diverging: bool = False) -> list[str]:
    """The stops of a scale as hex colours, for legends and datashader."""
    return hex_of(np.array(_DIVERGING if diverging else _VIRIDIS, dtype=np.uint8)).tolist()


def legend_html(colouring: Colouring, n_points: int) -> str:
    """A legend as HTML: chips with counts for categories, a bar with its ends for numbers."""
    from html import escape

    if not colouring.name:
        return ""
    title = f'<span style="opacity:.7;margin-right:10px">{escape(colouring.name.replace("_", " "))}</span>'
    if colouring.is_numeric:
        bar = ", ".join(hex_stops())
        return (
            f'<div style="display:flex;align-items:center;font-size:13px">{title}{colouring.low:.3g}'
            f'<span style="display:inline-block;width:160px;height:10px;margin:0 8px;border-radius:2px;'
            f'background:linear-gradient(to right,{bar})"></span>{colouring.high:.3g}</div>'
        )
    rest = n_points - sum(colouring.counts)
    entries = [*zip(colouring.names, colouring.counts, colouring.palette, strict=True)]
    if rest:
        entries.append(("other or none", rest, OTHER))
    chips = "".join(
        f'<span title="{escape(name)}: {count:,}" style="white-space:nowrap;margin-right:14px">'
        f'<span style="display:inline-block;width:10px;height:10px;border-radius:5px;background:{colour};'
        f'margin-right:5px"></span>{escape(name[:28])}<span style="opacity:.55"> {count:,}</span></span>'
        for name, count, colour in entries
    )
    return f'<div style="font-size:13px;line-height:1.7;display:flex;flex-wrap:wrap">{title}{chips}</div>'
