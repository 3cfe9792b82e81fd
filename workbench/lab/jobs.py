"""`lab.jobs`: run, watch and cancel work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog import jobs as records
from workbench.jobs.engine import queue

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Job


class Jobs:
    """One entrance for all work."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def run(self, kind: str, *, inline: bool = False, person: str | None = None, **arguments: Any) -> Job:
        """Run a job here (short, or `inline=True`) or in the queue; gives its record."""
        return queue.run_job(self.catalog, kind, inline=inline, person=person, **arguments)

    def estimate(self, kind: str, **arguments: Any) -> float:
        """Seconds a job is expected to take."""
        return queue.estimate_seconds(kind, arguments)

    def get(self, job_id: str) -> Job:
        """The record of one job."""
        return records.get_job(self.catalog, job_id)

    def list(self, active: bool = False, limit: int = 50) -> list[Job]:
        """Records, newest first."""
        return records.list_jobs(self.catalog, active=active, limit=limit)

    def cancel(self, job_id: str, person: str | None = None) -> Job:
        """Cancel a job."""
        return queue.cancel(self.catalog, job_id, person or self.catalog.settings.person)

    def wait(self, job_id: str, timeout_s: float = 600.0) -> Job:
        """Wait until a job is finished."""
        return queue.wait(self.catalog, job_id, timeout_s)

    def workers(self) -> list[dict[str, Any]]:
        """Workers that say they live."""
        return records.list_workers(self.catalog)
