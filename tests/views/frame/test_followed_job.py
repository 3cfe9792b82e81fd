"""A job that a page follows: begun once, told while it runs, drawn when it ends, its failure in words."""

from dataclasses import replace

from tests.apps.recording import RecordingFrame, texts
from workbench.nouns import Job
from workbench.views.frame.followed_job import FollowedJob
from workbench.views.style.parts import html


class Jobs:
    """Two jobs as a ledger would tell of them."""

    def __init__(self, *known: Job) -> None:
        self.known = {job.job_id: job for job in known}

    def list(self, active: bool = False) -> list[Job]:
        return [job for job in self.known.values() if not (active and job.is_finished)]

    def get(self, job_id: str) -> Job:
        return self.known[job_id]


def test_it_begins_one_job_and_follows_it_to_its_end():
    mine = Job("j", "evaluate", "me", "running", progress=0.25, message="half of it <now>")
    jobs, started = Jobs(replace(mine, job_id="other", kind="train")), []

    def start() -> Job:
        started.append(1)
        jobs.known["j"] = mine
        return mine

    block = FollowedJob(jobs, RecordingFrame(), title="<h3>T</h3>", doing="Scoring", is_mine=lambda j: j.kind == "evaluate",
                        start=start, draw=lambda: [html("what is there")])  # fmt: skip
    assert "what is there" in texts(block.panel())
    block.begin()
    block.begin()
    assert len(started) == 1
    assert "Scoring, 25%: half of it &lt;now&gt;" in texts(block.place)
    jobs.known["j"] = replace(mine, state="failed", error={"message": "no disk", "hint": "buy one"})
    block.look("j")
    assert "what is there" in texts(block.place)
    assert "Scoring failed: no disk buy one" in texts(block.place)
