"""A block that starts a job, says how far it is, and draws what it left: for whatever a page has made in the background."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Protocol

import panel as pn

from workbench.nouns import Job
from workbench.views.frame.pages import Frame
from workbench.views.style.parts import html

LOOK_MS = 1000


class Jobs(Protocol):
    """Where jobs are looked up: `lab.jobs`."""

    def list(self, active: bool = False) -> list[Job]:
        """Jobs, the newest first; with `active` those that are not finished."""
        ...

    def get(self, job_id: str) -> Job:
        """One job."""
        ...


class FollowedJob:
    """Shows `draw()` under `title` unless a job that `is_mine` is under way; `start()` begins one."""

    def __init__(
        self, jobs: Jobs, frame: Frame, *, title: str, doing: str, is_mine: Callable[[Job], bool],
        start: Callable[[], Job], draw: Callable[[], list[Any]],
    ) -> None:  # fmt: skip
        self.jobs, self.frame, self.title, self.doing = jobs, frame, title, doing
        self.is_mine, self.start, self.draw = is_mine, start, draw
        self.place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._look_no_more: Callable[[], None] | None = None

    def panel(self) -> pn.Column:
        """The block as things stand now."""
        job = self._under_way()
        if job is None:
            self.refresh()
        else:
            self._follow(job)
        return self.place

    def refresh(self) -> None:
        """Draw what is there."""
        self.place[:] = [html(self.title), *self.draw()]

    def begin(self, _event: Any = None) -> None:
        """Start the job, unless one is under way, and follow it."""
        self._follow(self._under_way() or self.start())

    def look(self, job_id: str) -> None:
        """Look at the job once; when it is finished draw what it left."""
        job = self.jobs.get(job_id)
        if not job.is_finished:
            self._say(job)
            return
        if self._look_no_more is not None:
            self._look_no_more()
            self._look_no_more = None
        self.refresh()
        if job.state == "failed":
            words = " ".join(str(job.error.get(key, "")) for key in ("message", "hint")).strip()
            self.place.insert(1, _quiet(f"{self.doing} failed: {words}"))

    def _under_way(self) -> Job | None:
        return next((job for job in self.jobs.list(active=True) if self.is_mine(job)), None)

    def _follow(self, job: Job) -> None:
        """Say how far the job is, and look again while a session is there to see it."""
        self._say(job)
        if self._look_no_more is None:
            self._look_no_more = self.frame.every(LOOK_MS, lambda: self.look(job.job_id))

    def _say(self, job: Job) -> None:
        words = job.message or "waiting for a worker"
        self.place[:] = [html(self.title), _quiet(f"{self.doing}, {job.progress:.0%}: {words} …")]


def _quiet(text: str) -> Any:
    return html(f'<p class="muted small">{escape(text)}</p>')
