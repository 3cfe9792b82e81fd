"""Two views of maps side by side with one selection: two colourings of a map, or two maps that share entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Map

if TYPE_CHECKING:
    from workbench.views.map import MapView


class MapPair:
    """Carries selection and chosen entity from either view to the other, by gene, compound or perturbation."""

    def __init__(self, first: MapView, second: MapView) -> None:
        self.first, self.second = first, second
        self.identity, self.left, self.right = shared_rows(first.map, second.map)
        second.on_select, second.on_tap = self._selected_second, self._tapped_second

    def sentence(self) -> str:
        """What the two views share."""
        if self.first.map is self.second.map:
            return "The same map twice: a selection in one is drawn in both."
        n = len(np.unique(self.left))
        if not n:
            return "These two maps share no gene, compound or perturbation: a selection stays on its own side."
        return f"{n:,} of {len(self.first.map):,} entities are on both maps, matched by {self.identity}."

    def select(self, rows: np.ndarray) -> None:
        """Draw a selection of the first view in the second. rows [n_selected]."""
        self.second.select(self._across(rows, self.left, self.right, len(self.first.map)))

    def choose(self, row: int | None) -> None:
        """Ring the same entity in the second view."""
        found = np.zeros(0, int) if row is None else self._across(np.array([row]), self.left, self.right,
                                                                  len(self.first.map))  # fmt: skip
        self.second.choose(int(found[0]) if len(found) else None)

    def _selected_second(self, rows: np.ndarray) -> None:
        matched = self._across(rows, self.right, self.left, len(self.second.map))
        self.first.select(matched)
        self.second.select(rows)  # its own points stay selected, on the other map or not
        if self.first.on_select is not None:
            self.first.on_select(matched)

    def _tapped_second(self, row: int | None) -> None:
        found = [] if row is None else self._across(np.array([row]), self.right, self.left, len(self.second.map))
        first = int(found[0]) if len(found) else None
        self.first.choose(first)
        if self.first.on_tap is not None and (row is None or first is not None):
            self.first.on_tap(first)

    def _across(self, rows: np.ndarray, here: np.ndarray, there: np.ndarray, n_here: int) -> np.ndarray:
        if self.first.map is self.second.map:
            return rows
        chosen = np.zeros(n_here, dtype=bool)
        chosen[rows] = True
        return np.unique(there[chosen[here]])


def shared_rows(first: Map, second: Map) -> tuple[str, np.ndarray, np.ndarray]:
    """What two maps are matched by, and the pairs of rows that are the same thing: (identity, rows, rows)."""
    from workbench.kernels.matching import matching_rows

    if first is second:
        return "row", np.zeros(0, np.int64), np.zeros(0, np.int64)
    left, right = matching_rows(np.asarray(first.entities), np.asarray(second.entities))
    best = ("perturbation", left, right)
    for name in ("gene", "compound"):
        if name in first.columns and name in second.columns:
            left, right = matching_rows(first.columns[name], second.columns[name])
            if len(np.unique(left)) > len(np.unique(best[1])):
                best = (name, left, right)
    return best


def pair_panel(pair: MapPair) -> Any:
    """Both views in a row, each with its title, and what they share."""
    import panel as pn

    views = [
        pn.Column(_title(view.map.title, view.colour), view.alone(), sizing_mode="stretch_width", margin=0)
        for view in (pair.first, pair.second)
    ]
    shared = pn.pane.HTML(
        f'<div style="font-size:13px;opacity:.75">{pair.sentence()}</div>', margin=(0, 10), sizing_mode="stretch_width"
    )
    return pn.Column(pn.Row(*views, sizing_mode="stretch_width"), shared, sizing_mode="stretch_width")


def _title(text: str, colour: str) -> Any:
    from html import escape

    import panel as pn

    shown = f' <span style="opacity:.65;font-weight:400">by {escape(colour.replace("_", " "))}</span>' if colour else ""
    return pn.pane.HTML(f'<div style="font-weight:600;font-size:14px">{escape(text)}{shown}</div>', margin=(2, 10))
