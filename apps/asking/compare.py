"""Compare: the answer beside another perturbation's, or beside another version's answer to the same question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.errors import WorkbenchError
from workbench.views.comparison import ComparisonView
from workbench.views.frame.pages import Frame
from workbench.views.prediction_pair import PredictionPair
from workbench.views.style.parts import empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Prediction


class ComparePanel:
    """`names`: name to show -> perturbation id; `against`: a perturbation id or the name of a version, kept in the address."""

    def __init__(self, lab: Lab, prediction: Prediction, names: dict[str, str], against: str, frame: Frame) -> None:
        self.lab, self.prediction, self.names, self.frame = lab, prediction, names, frame
        self.versions = [v.name for v in lab.models.list(prediction.task) if v.name != prediction.model_name]
        self.place = pn.Column(sizing_mode="stretch_width")
        shown = {value: key for key, value in names.items()}
        self.other = pmui.AutocompleteInput(
            label="Another perturbation", options=list(names), value=shown.get(against, ""), width=260, size="small",
            placeholder="type a gene or drug", restrict=False, case_sensitive=False, min_characters=1, margin=0,
        )  # fmt: skip
        self.version = pmui.Select(
            label="or another version", options=["", *self.versions], value=against if against in self.versions else "",
            width=220, size="small", margin=0, disabled=not self.versions,
        )  # fmt: skip
        self.other.param.watch(frame.guard(self._ask_other), "value")
        self.version.param.watch(frame.guard(self._ask_version), "value")
        self._try(against)

    def panel(self) -> Any:
        """Choosers above, the pair below."""
        words = html("<span>Compare with</span>", sizing_mode=None)
        row = pmui.FlexBox(words, self.other, self.version, gap="10px", align_items="center", margin=(10, 0))
        return pn.Column(row, self.place, sizing_mode="stretch_width", styles={"gap": "12px"})

    def draw(self, against: str) -> None:
        """Draw the pair; nothing chosen: what could be."""
        if not against:
            more = "" if self.versions else " This virtual cell has no other version yet; training makes one."
            text = f"Two perturbations of one cell, or one perturbation asked of two versions.{more}"
            self.place[:] = [html(empty("What should it be compared with?", text))]
            return
        said, task = self.prediction, self.prediction.task
        if against in self.versions:
            other = self.lab.cells.predict(said.perturbation.perturbation_id, task=task, version=against)
            drawn = [PredictionPair(said, other, dark=self.frame.dark).panel()]
            pair = {said.model_name, against}
            drawn += [ComparisonView(c).panel() for c in self.lab.models.comparisons(task) if {c.old, c.new} == pair]
        else:
            other = self.lab.cells.predict(against, task=task, version=said.model_version)
            if said.is_refused or other.is_refused:
                refused = said if said.is_refused else other
                self.place[:] = [html(empty("Nothing to compare", refused.verdict_reason))]
                return
            drawn = [PredictionPair(said, other, dark=self.frame.dark).panel()]
        self.place[:] = drawn

    def _ask_other(self, event: Any) -> None:
        text = (event.new or "").strip()
        if not text:
            return
        self._show(self.names.get(text) or self.lab.cells.named(self.prediction.task, text))
        self.version.value = ""

    def _ask_version(self, event: Any) -> None:
        if event.new:
            self._show(event.new)
            self.other.value = ""

    def _show(self, against: str) -> None:
        self.frame.update_url(against=against)
        self._try(against)

    def _try(self, against: str) -> None:
        """Draw the pair, or say in its place why there is none."""
        try:
            self.draw(against)
        except WorkbenchError as error:
            self.place[:] = [html(empty(error.message, error.hint or ""))]
