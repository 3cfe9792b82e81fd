"""Why believe it: the version's card, and the evaluation suite's table with coverage by stratum, or the button for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.frame.followed_job import FollowedJob
from workbench.views.frame.pages import Frame
from workbench.views.model_version import ModelVersionView
from workbench.views.scorecard import Scorecard
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Prediction

WHAT = (
    "Not evaluated yet. The suite holds out what is new in ten folds and five draws of them, and scores the model beside the "
    "mean, the matched mean, no change, permuted genes and a replicate. It takes a few minutes in the background."
)


class TrustPanel:
    """The card of the version that answered, and the table of its architecture on its data set."""

    def __init__(self, lab: Lab, prediction: Prediction, frame: Frame) -> None:
        self.lab, self.frame = lab, frame
        self.version = lab.models.get(prediction.model_version)
        self.dataset = next(row["dataset"] for row in lab.cells.tasks() if row["task"] == prediction.task)
        facts = {"model": self.version.architecture, "dataset": self.dataset}
        self.followed = FollowedJob(
            lab.jobs, frame, title="<h3>Evaluation suite</h3>", doing="Evaluating",
            is_mine=lambda job: job.kind == "evaluate_cell" and facts.items() <= job.arguments.items(),
            start=lambda: lab.cells.evaluate(**facts, person=frame.person), draw=self._draw,
        )  # fmt: skip

    def panel(self) -> Any:
        """Card above, suite below."""
        return pn.Column(
            ModelVersionView(self.version).panel(), self.followed.panel(), sizing_mode="stretch_width",
            styles={"gap": "14px"},
        )  # fmt: skip

    def _draw(self) -> list[Any]:
        rows = self.lab.cells.newest_evaluation(self.version.architecture, self.dataset)
        label, variant = ("Evaluate again", "text") if rows else ("Evaluate this model", "contained")
        button = pmui.Button(label=label, variant=variant, size="small", margin=(6, 0))
        button.on_click(self.frame.guard(self.followed.begin))
        return [Scorecard(rows).panel(), button] if rows else [html(f'<p class="muted small">{WHAT}</p>'), button]
