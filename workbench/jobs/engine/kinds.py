"""The registry of job kinds and the `Run` that a job function is handed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from workbench.registry import Registry

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

JOBS = Registry("job", "workbench.jobs")
T = TypeVar("T")


class Run(Protocol):
    """What a job function may use: the catalog, named steps, progress and the wish to stop.

    A step's result is JSON (ids, small tables), kept when the worker dies; a step that was interrupted runs again, so
    it must be harmless to repeat. Steps last seconds, not milliseconds.
    """

    catalog: Catalog
    job_id: str
    person: str

    def step(self, name: str, function: Callable[..., T], *arguments: Any) -> T:
        """Run one durable step; raises JobError(cancelled) before starting when the job was cancelled."""
        ...

    def progress(self, share: float, message: str) -> None:
        """Say how far the job is (0 to 1) and what it does now."""
        ...

    def check_cancelled(self) -> None:
        """Raise JobError when somebody cancelled the job; call it about once a second inside long steps."""
        ...


def job(
    kind: str, *, title: str, queue: str = "light", estimate_s: float | Callable[..., float] = 1.0
) -> Callable[[Any], Any]:
    """File a function `f(run, **json_arguments) -> result id` as a job kind.

    `queue` is "light" (four at a time) or "heavy" (one at a time); `estimate_s` is seconds, or a function of the same
    arguments; under 0.3 s the job runs in the caller.
    """
    return JOBS.register(kind, title=title, queue=queue, estimate_s=estimate_s)
