"""The Benchmarks block of a map: stored scores with the report, or the button that has them made."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.frame.followed_job import FollowedJob
from workbench.views.frame.pages import Frame
from workbench.views.map_report import map_report
from workbench.views.map_scores import scores_html
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab

TITLE = '<div style="font-size:16px;font-weight:600;margin-top:14px">Benchmarks</div>'
WHAT = (
    "Not scored yet: how well replicates are found among controls, known relationships among the most similar pairs, and "
    "mechanisms by the nearest neighbour, each beside chance and beside the wells without alignment."
)


class BenchmarksPanel:
    """What was measured of one map. It follows a scoring job until the scores are there."""

    def __init__(self, lab: Lab, dataset: str, map_id: str, frame: Frame) -> None:
        self.lab, self.dataset, self.map_id, self.frame = lab, dataset, map_id, frame
        self.followed = FollowedJob(
            lab.jobs, frame, title=TITLE, doing="Scoring",
            is_mine=lambda job: job.kind == "score_maps" and job.arguments.get("dataset") == dataset,
            start=lambda: lab.maps.score(dataset, person=frame.person), draw=self._draw,
        )  # fmt: skip

    def panel(self) -> Any:
        """The block as things stand now."""
        return self.followed.panel()

    def _draw(self) -> list[Any]:
        """The stored scores, or what is missing."""
        scores = self.lab.maps.scores(self.dataset)
        rows = scores[scores["map_id"] == self.map_id].to_dict("records")
        report = pmui.FileDownload(
            callback=self._report, filename=f"{self.dataset}-report.html", label="Report", variant="outlined", size="small",
        )  # fmt: skip
        shown = html(scores_html(rows)) if rows else html(f'<p class="muted small">{WHAT}</p>')
        label, variant = ("Score again", "text") if rows else ("Score this map", "contained")
        button = pmui.Button(label=label, variant=variant, size="small")
        button.on_click(self.frame.guard(self.followed.begin))
        actions = pn.Row(button, report, margin=(2, 0, 6, 0))
        return [actions, shown] if rows else [shown, actions]

    def _report(self) -> io.BytesIO:
        return io.BytesIO(map_report(**self.lab.maps.report(self.dataset)).encode())
