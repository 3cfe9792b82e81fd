"""A job in one line: what it does, how far it is, where its result lies."""

from __future__ import annotations

from typing import Any

from workbench.nouns import Job
from workbench.views import view
from workbench.views.frame.pages import link
from workbench.views.style.parts import chip, html

STATES = {"queued": "", "running": "", "done": "good", "failed": "bad", "cancelled": "warn"}


@view(Job)
class JobView:
    """Draws a Job as a line; `data()` is what the job strip shows."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def panel(self) -> Any:
        """Title, state, progress and reason."""
        from html import escape

        data = self.data()
        text = f"{chip(self.job.state, STATES[self.job.state])} <b>{escape(self.job.title)}</b> "
        return html(f'{text}<span class="muted">{escape(data["text"])}</span>')

    def data(self) -> dict[str, Any]:
        """The line as values: id, title, state, percent, text, url."""
        job = self.job
        subject = next((str(value) for value in job.arguments.values() if isinstance(value, str)), "")
        text = {"queued": "waiting for a worker", "done": "done", "cancelled": job.message or "cancelled"}.get(
            job.state, job.message
        )
        if job.state == "failed":
            text = str(job.error.get("message", "failed, for a reason not recorded"))
        title = f"{job.title}: {subject}" if subject and len(subject) < 40 else job.title
        return {
            "id": job.job_id, "title": title, "state": job.state, "percent": round(100 * job.progress), "text": text,
            "url": result_url(job),
        }  # fmt: skip

    def python(self) -> str:
        """The line that gets this job in a notebook."""
        return f"lab.jobs.get({self.job.job_id!r})"


def result_url(job: Job) -> str:
    """The page of a finished job's result; empty while there is none."""
    if job.state != "done" or not job.result_id:
        return ""
    result = job.result_id
    pages = {
        "build_map": link("/explore", map=result),
        "score_maps": link("/explore", map=result),
        "import_dataset": link("/data", dataset=result),
        "import_file": link("/data", dataset=result),
        "conformers": link("/molecules", ensemble=result),
        "train": "/rounds",
        "setup": "/data",
        "predict": link("/cell", task=job.arguments.get("task"), perturbation=job.arguments.get("perturbation_id")),
        "intake": link("/experiment", id=job.arguments.get("experiment_id") or result),
        "propose": "/queue",
        "replay": link("/experiment", id=job.arguments.get("experiment_id") or result),
        "run_experiment": link("/experiment", id=job.arguments.get("experiment_id") or result),
    }
    return pages.get(job.kind, "")
