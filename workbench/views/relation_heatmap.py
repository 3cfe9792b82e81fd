"""How alike the members of a selection are: clustered cosines on blue–white–red, beside what unrelated pairs reach."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.views.colouring import scale

if TYPE_CHECKING:
    import pandas as pd

SIDE = 300
LABELS_UP_TO = 40
LABEL_WIDTH = 110


class RelationHeatmap:
    """Draws the square table of `lab.maps.relations`."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def data(self) -> pd.DataFrame:
        """The cosines drawn, in the order drawn."""
        return self.table

    def python(self) -> str:
        """The line that gives this matrix in a notebook."""
        return "lab.maps.relations(map_id, selection)"

    def sentence(self) -> str:
        """Median similarity inside the selection, and what unrelated pairs of the map reach."""
        values = self.table.to_numpy()
        n, n_selected = len(values), self.table.attrs.get("n_selected", len(values))
        low, high = self.table.attrs["null"]
        pairs = values[np.triu_indices(n, 1)]
        if not pairs.size:
            return "One entity has no pair to compare."
        cut = f" The {n} with the best replicate agreement of {n_selected:,} are drawn." if n < n_selected else ""
        above = float((pairs > high).mean())
        return (
            f"Median cosine {np.median(pairs):+.2f} of {pairs.size:,} pairs; {above:.0%} lie above what 97.5 % of "
            f"unrelated pairs reach ({low:+.2f} to {high:+.2f}).{cut}"
        )

    def svg(self) -> str:
        """The matrix with names beside its rows when they can be read."""
        n = len(self.table)
        named = 0 < n <= LABELS_UP_TO
        left = LABEL_WIDTH if named else 0
        step = SIDE / max(n, 1)
        names = "".join(
            f'<text x="{left - 4}" y="{(i + 0.5) * step:.1f}" dy=".35em" font-size="{min(10, step * 0.95):.1f}" '
            f'text-anchor="end" fill="currentColor">{escape(_cut(str(name)))}<title>{escape(str(name))}</title></text>'
            for i, name in enumerate(self.table.index if named else [])
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + SIDE} {SIDE + 22}" width="100%" role="img" '
            f'style="max-width:620px" aria-label="{escape(self.sentence())}">{names}'
            f'<image x="{left}" y="0" width="{SIDE}" height="{SIDE}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="{self._picture()}"/>{_key(left)}</svg>'
        )

    def panel(self) -> Any:
        """Drawing and sentence as a pane."""
        import panel as pn

        text = f'<p style="font-size:12px;opacity:.75;margin:4px">{escape(self.sentence())}</p>'
        return pn.pane.HTML(self.svg() + text, sizing_mode="stretch_width", margin=0)

    def _picture(self) -> str:
        from PIL import Image

        values = self.table.to_numpy(dtype=float)
        n = max(len(values), 1)
        colours = scale(values.ravel(), -1.0, 1.0, diverging=True).reshape(len(values), len(values), 3)
        pixels = colours if len(values) else np.full((n, n, 3), 255, dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels, mode="RGB").resize((n * 4, n * 4), Image.Resampling.NEAREST).save(file, format="PNG")
        return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _key(left: float) -> str:
    """A scale from −1 to 1 under the matrix."""
    stops = scale(np.linspace(-1, 1, 9), -1.0, 1.0, diverging=True)
    bars = "".join(
        f'<rect x="{left + 22 + 12 * i}" y="{SIDE + 8}" width="12" height="8" fill="rgb({r},{g},{b})"/>'
        for i, (r, g, b) in enumerate(stops.tolist())
    )
    text = f'y="{SIDE + 16}" font-size="10" fill="currentColor"'
    return (
        f'{bars}<text x="{left + 18}" {text} text-anchor="end">−1</text><text x="{left + 134}" {text}>+1 cosine</text>'
    )


def _cut(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:18]}…"
