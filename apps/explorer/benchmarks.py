"""The Benchmarks block of a map: stored scores with the report, or the button that has them made."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from apps.explorer.parts import quiet
from workbench.views.frame.pages import Frame
from workbench.views.map_report import map_report
from workbench.views.map_scores import scores_html
from workbench.views.style.parts import html

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.nouns import Job

LOOK_MS = 1000
TITLE = '<div style="font-size:16px;font-weight:600;margin-top:14px">Benchmarks</div>'
WHAT = (
    "Not scored yet: how well replicates are found among controls, known relationships among the most similar pairs, and "
    "mechanisms by the nearest neighbour, each beside chance and beside the wells without alignment."
)


class BenchmarksPanel:
    """What was measured of one map. It follows a scoring job until the scores are there."""

    def __init__(self, lab: Lab, dataset: str, map_id: str, frame: Frame) -> None:
        self.lab, self.dataset, self.map_id, self.frame = lab, dataset, map_id, frame
        self.place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._look_no_more: Callable[[], None] | None = None

    def panel(self) -> Any:
        """The block as things stand now."""
        job = self._under_way()
        if job is None:
            self.refresh()
        else:
            self._follow(job)
        return self.place

    def refresh(self) -> None:
        """Draw the stored scores, or what is missing."""
        scores = self.lab.maps.scores(self.dataset)
        rows = scores[scores["map_id"] == self.map_id].to_dict("records")
        report = pmui.FileDownload(
            callback=self._report, filename=f"{self.dataset}-report.html", label="Report", variant="outlined", size="small",
        )  # fmt: skip
        shown = html(scores_html(rows)) if rows else html(f'<p class="muted small">{WHAT}</p>')
        label, variant = ("Score again", "text") if rows else ("Score this map", "contained")
        actions = pn.Row(self._button(label, variant), report, margin=(2, 0, 6, 0))
        self.place[:] = [html(TITLE), *([actions, shown] if rows else [shown, actions])]

    def _button(self, label: str, variant: str) -> Any:
        button = pmui.Button(label=label, variant=variant, size="small")
        button.on_click(self.frame.guard(self._start))
        return button

    def _start(self, _event: Any) -> None:
        self._follow(self._under_way() or self.lab.maps.score(self.dataset, person=self.frame.person))

    def _report(self) -> io.BytesIO:
        return io.BytesIO(map_report(**self.lab.maps.report(self.dataset)).encode())

    def _under_way(self) -> Job | None:
        jobs = self.lab.jobs.list(active=True)
        mine = (job for job in jobs if job.kind == "score_maps" and job.arguments.get("dataset") == self.dataset)
        return next(mine, None)

    def _follow(self, job: Job) -> None:
        """Say how far the job is, and look again while a session is there to see it."""
        self._say(job)
        if self._look_no_more is None:
            self._look_no_more = self.frame.every(LOOK_MS, lambda: self.look(job.job_id))

    def look(self, job_id: str) -> None:
        """Look at the job once; when it is finished draw what it left."""
        job = self.lab.jobs.get(job_id)
        if not job.is_finished:
            self._say(job)
            return
        if self._look_no_more is not None:
            self._look_no_more()
            self._look_no_more = None
        self.refresh()
        if job.state == "failed":
            words = " ".join(str(job.error.get(key, "")) for key in ("message", "hint")).strip()
            self.place.insert(1, quiet(f"Scoring failed: {words}"))

    def _say(self, job: Job) -> None:
        words = job.message or "waiting for a worker"
        self.place[:] = [html(TITLE), quiet(f"Scoring, {job.progress:.0%}: {words} …")]
