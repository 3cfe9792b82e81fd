"""How a batch lies on its plates: a chooser that paints every choice at once and writes nothing until it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import WorkbenchError
from workbench.nouns.experiment import Design
from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Experiment

FORMATS = {"96 wells": 96, "384 wells": 384, "1,536 wells": 1536}
RINGS = {"stays empty": "empty", "negative controls": "controls", "used": "use"}
PLACES = {"at random": "random", "in blocks": "blocked"}
REPLICATES = {"by the rules": 0, **{str(n): n for n in range(1, 13)}}
NEGATIVES = {"a tenth": 0, **{str(n): n for n in (2, 4, 8, 12, 16, 24, 32, 48, 64, 96)}}
NOTHING = "no positive control"


class DesignChooser:
    """Fields of a design; `on_choice` gets the plates of every choice that fits, `on_kept` is called once one is kept."""

    def __init__(
        self, lab: Lab, item: Experiment, frame: Frame, on_choice: Callable[[Experiment], None],
        on_kept: Callable[[], None],
    ) -> None:  # fmt: skip
        self.lab, self.item, self.frame = lab, item, frame
        self.on_choice, self.on_kept = on_choice, on_kept
        self.fields = self._fields(item.design)
        self.words = html(f"<p class='muted small'>{_size(item)}</p>")
        self.keep = pmui.Button(
            label="Keep this layout", variant="contained", size="small", sizing_mode="stretch_width", disabled=True
        )
        self.keep.on_click(frame.guard(lambda _event: self._keep()))
        for field in self.fields.values():
            field.param.watch(lambda _event: self._chosen(), "value")

    def panel(self) -> Any:
        """The fields two by two, what they come to, and the button that keeps them."""
        f = self.fields

        def row(*names: str) -> Any:
            return pn.Row(*(f[name] for name in names), sizing_mode="stretch_width", margin=0)

        rows = [row("n_wells", "edge"), row("arrangement", "seed"), row("replicates", "n_negative")]
        if self.item.lab != "replay":
            rows.append(row("per_plate"))
        rows += [f["positive_control"], row("n_positive")]
        return pn.Column(html("<h3>Layout</h3>"), *rows, self.words, self.keep, sizing_mode="stretch_width")

    def design(self) -> Design:
        """What the fields say. Raises InputError for what no plate can be."""
        value = {name: field.value for name, field in self.fields.items()}
        positive = self._positives.get(value["positive_control"] or NOTHING, "")
        return replace(
            self.item.design, n_wells=value["n_wells"], edge=value["edge"], arrangement=value["arrangement"],
            replicates=value["replicates"] or None, n_negative=value["n_negative"] or None,
            per_plate=value["per_plate"] or 1, positive_control=positive,
            n_positive=(value["n_positive"] or 4) if positive else 0,
        )  # fmt: skip

    def _fields(self, design: Design) -> dict[str, Any]:
        self._positives = {NOTHING: "", **self.lab.experiments.positive_controls(self.item.handle)}
        positive = next((name for name, key in self._positives.items() if key == design.positive_control), NOTHING)
        negatives = NEGATIVES | ({str(design.n_negative): design.n_negative} if design.n_negative else {})
        half = {"size": "small", "sizing_mode": "stretch_width", "min_width": 0, "styles": {"flex": "1 1 0"}}
        return {
            "n_wells": pmui.Select(label="Plate", options=FORMATS, value=design.n_wells, **half),
            "edge": pmui.Select(label="Outer ring", options=RINGS, value=design.edge, **half),
            "arrangement": pmui.Select(label="Places", options=PLACES, value=design.arrangement, **half),
            "seed": pmui.IntInput(label="Seed", value=self.item.seed, start=0, **half),
            "replicates": pmui.Select(label="Replicates", options=REPLICATES, value=design.replicates or 0, **half),
            "n_negative": pmui.Select(label="Negative controls", options=negatives, value=design.n_negative or 0, **half),
            "per_plate": pmui.IntInput(
                label="Replicates on one plate", value=design.per_plate, start=1, end=16,
                description="Several on one plate never lie side by side", **half,
            ),
            "positive_control": pmui.AutocompleteInput(
                label="Positive control", options=list(self._positives), value=positive, size="small", restrict=True,
                min_characters=1, case_sensitive=False, sizing_mode="stretch_width",
                description="A perturbation whose effect was measured: with it, Z′ and SSMD are known of every plate",
            ),
            "n_positive": pmui.IntInput(
                label="Positive controls on every plate", value=design.n_positive or 4, start=2, end=96,
                disabled=not design.positive_control, **half,
            ),
        }  # fmt: skip

    def _chosen(self) -> None:
        self.fields["n_positive"].disabled = (self.fields["positive_control"].value or NOTHING) == NOTHING
        try:
            design, seed = self.design(), self.fields["seed"].value or 0
            made = self.lab.experiments.preview(self.item.handle, design, seed)
        except WorkbenchError as error:
            self.keep.disabled = True
            said = escape(f"{error.message} {error.hint}".strip())
            self.words.object = f"<p class='small' style='color:var(--wb-bad)'>{said}</p>"
            return
        self.keep.disabled = (design, seed) == (self.item.design, self.item.seed)
        self.words.object = f"<p class='muted small'>{_size(made)}</p>"
        self.on_choice(made)

    def _keep(self) -> None:
        design, seed = self.design(), self.fields["seed"].value or 0
        self.item = self.lab.experiments.lay_out(self.item.handle, design, seed, self.frame.person)
        self.keep.disabled = True
        self.frame.notify(f"{self.item.handle} is laid out anew.", "success")
        self.on_kept()


def _size(item: Experiment) -> str:
    """How many plates and wells an experiment takes."""
    treated = [sum(well.role == "treatment" for well in plate.wells) for plate in item.plates]
    used = sum(len(plate.wells) for plate in item.plates)
    plates = f"{len(item.plates)} plate{'' if len(item.plates) == 1 else 's'}"
    most, least = max(treated, default=0), min(treated, default=0)
    each = f"{most}" if most == least else f"{least} to {most}"
    return f"{plates}, {each} treated wells on each, {used:,} wells in all."
