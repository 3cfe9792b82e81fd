"""A planned plate, painted by role: treatments in their hypothesis's colour, controls as grey squares."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Plate, Well
from workbench.nouns.experiment import ARRANGEMENTS, PLATE_SHAPES, ROLES
from workbench.views import view
from workbench.views.style import CATEGORICAL, CONTROL, HIGHLIGHT
from workbench.views.style.parts import html

if TYPE_CHECKING:
    import pandas as pd

STEP = 20
POSITIVE = "currentColor"
_WELL = re.compile(r"^([A-Z]{1,2})([0-9]{2})$")


@view(Plate)
class PlateView:
    """`names`: hypothesis id → handle; `addresses`: hypothesis id → link; `measured`: wells that have a result.

    `marked`: a well with a ring; `simulated` labels the plate.
    """

    def __init__(
        self,
        plate: Plate,
        *,
        names: dict[str, str] | None = None,
        addresses: dict[str, str] | None = None,
        measured: frozenset[str] = frozenset(),
        marked: str = "",
        arrangement: str = "random",
        simulated: bool = False,
    ) -> None:
        self.plate, self.names, self.addresses = plate, names or {}, addresses or {}
        self.measured, self.marked, self.arrangement, self.simulated = measured, marked, arrangement, simulated
        treated = [well.hypothesis_id or well.perturbation_id for well in plate.wells if well.role == "treatment"]
        known = [key for key in self.names if key in set(treated)]  # the caller's order: the same on every replicate
        self.order = list(dict.fromkeys([*known, *sorted(treated)]))

    def data(self) -> pd.DataFrame:
        """One row a planned well."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "plate_barcode": well.plate_barcode, "well": well.well, "role": well.role,
                    "perturbation_id": well.perturbation_id, "perturbation_name": well.perturbation_name,
                    "hypothesis": self.names.get(well.hypothesis_id or "", ""), "replicate": well.replicate,
                    "measured": well.well in self.measured,
                }
                for well in self.plate.wells
            ]
        )  # fmt: skip

    def python(self) -> str:
        """The line that gives this plate map in a notebook."""
        return f"lab.experiments.plate_csv({self.plate.plate_barcode!r})"

    def sentence(self) -> str:
        """What lies on the plate and what was done about its edge."""
        roles = Counter(well.role for well in self.plate.wells)
        rows, columns = PLATE_SHAPES[self.plate.n_wells]
        ring = [well for well in self.plate.wells if _on_edge(well.well, rows, columns) and well.role != "empty"]
        edge = "the outer ring stays empty" if not ring else f"{len(ring)} of these wells lie on the outer ring"
        if len(ring) == 2 * (rows + columns) - 4 and {well.role for well in ring} == {"negative control"}:
            edge = "the outer ring holds negative controls"
        counts = [_counted(roles[role], role) for role in ROLES if role != "empty" and roles[role]]
        listed = " and ".join([", ".join(counts[:-1]), counts[-1]] if len(counts) > 1 else counts)
        label = "SIMULATED: " if self.simulated else ""
        return f"{label}{listed} spread over the plate; {ARRANGEMENTS[self.arrangement]}; {edge}."

    def svg(self) -> str:
        """The drawing; every well says on hover what is in it."""
        rows, columns = PLATE_SHAPES[self.plate.n_wells]
        width, height = columns * STEP + 26, rows * STEP + 22
        label = 'font-size="9" fill="currentColor" text-anchor="middle" opacity=".65"'
        parts = [
            f'<rect x="20" y="14" width="{columns * STEP + 4}" height="{rows * STEP + 4}" rx="6" fill="none" '
            'stroke="currentColor" opacity=".25"/>'
        ]
        parts += [f'<text x="{22 + c * STEP + 10}" y="10" {label}>{c + 1}</text>' for c in range(columns)]
        parts += [f'<text x="10" y="{16 + r * STEP + 13}" {label}>{_letters(r)}</text>' for r in range(rows)]
        filled = {_place(well.well): well for well in self.plate.wells}
        for r in range(rows):
            for c in range(columns):
                parts.append(self._well(filled.get((r, c)), 22 + c * STEP, 16 + r * STEP))
        title = f"Plate {self.plate.plate_barcode}: {self.sentence()}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
            f'style="max-width:{width * (2 if columns < 20 else 1.5):.0f}px" aria-label="{escape(title)}">'
            f"{''.join(parts)}</svg>"
        )

    def legend(self) -> str:
        """Colours of the hypotheses and what the shapes mean, as HTML."""
        items = []
        wells = {well.hypothesis_id or well.perturbation_id: well for well in self.plate.wells}
        for i, key in enumerate(self.order):
            text = " ".join(part for part in (self.names.get(key, ""), wells[key].perturbation_name) if part)
            dot = f'<i style="background:{CATEGORICAL[i % len(CATEGORICAL)]};border-radius:50%"></i>'
            shown = f"<span>{dot}{escape(text)}</span>"
            if address := self.addresses.get(key):
                shown = f'<a href="{escape(address)}" target="_top">{shown}</a>'
            items.append(shown)
        items.append(f'<span><i style="background:{CONTROL};border-radius:2px"></i>negative control</span>')
        positive = next((well for well in self.plate.wells if well.role == "positive control"), None)
        if positive is not None:
            what = escape(f"positive control {positive.perturbation_name}".strip())
            items.append(f'<span><i style="background:{POSITIVE};transform:rotate(45deg)"></i>{what}</span>')
        if self.measured:
            items.append("<span>✓ has a result</span>")
        return f'{LEGEND_STYLE}<div class="wb-legend">{"".join(items)}</div>'

    def panel(self) -> Any:
        """Title, drawing and legend."""
        return html(self.html())

    def html(self) -> str:
        """Title, drawing and legend as HTML."""
        title = f"Plate {escape(self.plate.plate_barcode)} · replicate {self.plate.replicate}"
        return (
            f'<div style="font-weight:600;font-size:15px;margin:0 0 2px">{title}</div>'
            f'<div style="font-size:13px;opacity:.75;margin-bottom:8px">{escape(self.sentence())}</div>'
            f"{self.svg()}{self.legend()}"
        )

    def _well(self, well: Well | None, x: float, y: float) -> str:
        middle = f'cx="{x + 10:.0f}" cy="{y + 10:.0f}"'
        if well is None or well.role == "empty":
            return f'<circle {middle} r="7.2" fill="none" stroke="currentColor" opacity=".16"/>'
        handle = self.names.get(well.hypothesis_id or "", "")
        tip = escape(" · ".join(part for part in (well.well, well.perturbation_name, handle, well.role) if part))
        if well.role == "treatment":
            colour = CATEGORICAL[self.order.index(well.hypothesis_id or well.perturbation_id) % len(CATEGORICAL)]
            mark = f'<circle {middle} r="8" fill="{colour}"><title>{tip}</title></circle>'
        elif well.role == "negative control":
            mark = (
                f'<rect x="{x + 3.5}" y="{y + 3.5}" width="13" height="13" rx="2.5" fill="{CONTROL}">'
                f"<title>{tip}</title></rect>"
            )
        else:
            mark = (
                f'<rect x="{x + 4.5}" y="{y + 4.5}" width="11" height="11" fill="{POSITIVE}" '
                f'transform="rotate(45 {x + 10} {y + 10})"><title>{tip}</title></rect>'
            )
        if well.well in self.measured:
            mark += f'<path d="M{x + 6} {y + 10.5}l3 3l5-6" fill="none" stroke="#fff" stroke-width="1.8"/>'
        if well.well == self.marked:
            mark += f'<circle {middle} r="9.6" fill="none" stroke="{HIGHLIGHT}" stroke-width="2.6"/>'
        address = self.addresses.get(well.hypothesis_id or "")
        return f'<a href="{escape(address)}" target="_top">{mark}</a>' if address else mark


LEGEND_STYLE = """<style>
.wb-legend {display:flex;flex-wrap:wrap;gap:4px 14px;font-size:13px;margin:8px 0 2px;line-height:1.5}
.wb-legend a {color:inherit;text-decoration:none} .wb-legend a:hover {text-decoration:underline}
.wb-legend span {display:inline-flex;align-items:center;gap:6px;white-space:nowrap;max-width:260px;overflow:hidden;
  text-overflow:ellipsis}
.wb-legend i {display:inline-block;width:10px;height:10px;flex:none}
</style>"""


def _place(well: str) -> tuple[int, int]:
    letters, digits = _WELL.match(well).groups()  # a Well is checked when it is made
    row = 0
    for letter in letters:
        row = row * 26 + ord(letter) - 64
    return row - 1, int(digits) - 1


def _on_edge(well: str, rows: int, columns: int) -> bool:
    row, column = _place(well)
    return row in (0, rows - 1) or column in (0, columns - 1)


def _letters(row: int) -> str:
    return chr(65 + row) if row < 26 else "A" + chr(65 + row - 26)


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what if n == 1 else what + 's'}"
