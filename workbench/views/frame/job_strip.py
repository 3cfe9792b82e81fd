"""The job strip: one thread of the process watches the jobs and tells every open page."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from workbench.nouns import Job
from workbench.views.job import JobView

SHOWN = 3
QUICK_S, CALM_S = 0.5, 2.0
STAYS = timedelta(seconds=90)

log = logging.getLogger(__name__)


class JobStrip(JSComponent):
    """Jobs that run or are just done; `cancel` and `dismiss` carry the id of the job a person clicked."""

    jobs = param.List(default=[], doc="Lines of JobView.data().")
    waiting = param.Integer(default=0, doc="Jobs beyond the lines shown.")
    cancel = param.String(default="")
    dismiss = param.String(default="")

    _esm = Path(__file__).with_suffix(".js")

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.dismissed: set[str] = set()

    def show(self, jobs: Sequence[Job], since: datetime) -> None:
        """Draw active jobs, and those finished after `since` unless dismissed."""
        active = [job for job in jobs if not job.is_finished]
        ended = [job for job in jobs if _is_news(job, since) and job.job_id not in self.dismissed]
        lines = [JobView(job).data() for job in [*reversed(active), *ended]]
        changes = {"jobs": lines[:SHOWN], "waiting": max(0, len(active) - SHOWN)}
        if changes["jobs"] != self.jobs or changes["waiting"] != self.waiting:
            self.param.update(**changes)


class JobWatch:
    """Reads the jobs twice a second while any runs (else every two seconds) and passes them to the open pages.

    Pages are held weakly: a closed page is forgotten with its document.
    """

    def __init__(self, list_jobs: Callable[[], Sequence[Job]]) -> None:
        self._list_jobs = list_jobs
        self._pages: weakref.WeakKeyDictionary[Any, weakref.ref[Any]] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._last: list[tuple[str, str, float, str]] = []

    def follow(self, document: Any, receiver: Callable[[Sequence[Job]], None]) -> None:
        """Call the receiver (a bound method, held weakly) in the document's turn whenever the jobs change."""
        with self._lock:
            self._pages[document] = weakref.WeakMethod(receiver)
            self._last = []
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="job-watch", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()

    def look(self) -> bool:
        """Read once and tell the pages if anything changed; whether a job runs."""
        jobs = self._list_jobs()
        now = [(job.job_id, job.state, job.progress, job.message) for job in jobs]
        with self._lock:
            changed, self._last = now != self._last, now
            pages = list(self._pages.items()) if changed else []
        for document, reference in pages:
            receiver = reference()
            if receiver is not None and document.session_context is not None:
                document.add_next_tick_callback(partial(receiver, jobs))
        return any(not job.is_finished for job in jobs)

    def _watch(self) -> None:
        pause = QUICK_S
        while not self._stop.wait(pause):
            try:
                pause = QUICK_S if self._pages and self.look() else CALM_S
            except Exception:  # the edge of a thread: one failed look must not end the watch
                log.exception("the jobs could not be read")
                pause = CALM_S


def _is_news(job: Job, since: datetime) -> bool:
    if not job.is_finished or job.finished_at is None:
        return False
    finished = job.finished_at.replace(tzinfo=None)
    return finished >= since.replace(tzinfo=None)
