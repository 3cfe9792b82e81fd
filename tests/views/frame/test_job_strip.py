from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.nouns import Job
from workbench.views.frame.job_strip import SHOWN, JobStrip, JobWatch

NOW = datetime.now(UTC).replace(tzinfo=None)


def job(number: int, state: str = "running", finished: datetime | None = None, progress: float = 0.1) -> Job:
    return Job(
        job_id=f"J{number}", kind="train", title="Train", state=state, progress=progress, finished_at=finished,
        created_at=NOW,
    )  # fmt: skip


class Document:
    """A document that runs its callbacks at once."""

    session_context = object()

    def add_next_tick_callback(self, callback: Any) -> None:
        callback()


class Receiver:
    def __init__(self) -> None:
        self.seen: list[list[str]] = []

    def jobs(self, jobs: list[Job]) -> None:
        self.seen.append([item.job_id for item in jobs])


def test_active_jobs_come_first_and_the_rest_is_counted() -> None:
    strip = JobStrip()
    strip.show([job(i) for i in range(SHOWN + 2)], NOW)
    assert len(strip.jobs) == SHOWN
    assert strip.waiting == 2
    assert strip.jobs[0]["id"] == f"J{SHOWN + 1}"


def test_only_news_is_shown_and_dismissing_stays() -> None:
    strip = JobStrip()
    old, new = job(1, "done", NOW - timedelta(minutes=9)), job(2, "done", NOW + timedelta(seconds=1))
    strip.show([old, new], NOW)
    assert [line["id"] for line in strip.jobs] == ["J2"]
    strip.dismissed.add("J2")
    strip.show([old, new], NOW)
    assert strip.jobs == []


def test_pages_hear_of_changes_only() -> None:
    jobs = [job(1)]
    watch, document, receiver = JobWatch(lambda: jobs), Document(), Receiver()
    watch._pages[document] = __import__("weakref").WeakMethod(receiver.jobs)
    assert watch.look() is True
    assert watch.look() is True
    jobs[:] = [job(1, "done", NOW)]
    assert watch.look() is False
    assert receiver.seen == [["J1"], ["J1"]]


def test_closed_pages_are_forgotten() -> None:
    watch, document, receiver = JobWatch(list), Document(), Receiver()
    watch.follow(document, receiver.jobs)
    watch.stop()
    assert len(watch._pages) == 1
    del document
    gc.collect()
    assert len(watch._pages) == 0


def test_a_page_is_not_kept_alive_by_the_watch() -> None:
    watch, document, receiver = JobWatch(lambda: [job(1)]), Document(), Receiver()
    watch.follow(document, receiver.jobs)
    watch.stop()
    reference = watch._pages[document]
    del receiver
    gc.collect()
    assert reference() is None
    assert watch.look() is True
