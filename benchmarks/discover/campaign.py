"""Campaigns as durable jobs: how long a whole one takes on two workers, and whether a killed one goes on the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.discover.screens import NAMES, screen_home
from benchmarks.discover.workers import workers
from benchmarks.figures import figure

DEADLINE_S = 3_600
KILLED_AFTER = 3  # parts that stand when the worker is killed


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`campaign_s` (with --quick two seeds under a name of their own) and `campaign_resume_identical`."""
    with screen_home() as home:
        figures = whole_campaign(home, n_seeds=2 if quick else 20)
    return figures | resumed_campaign(("screen_scharenberg",) if quick else tuple(NAMES))


def whole_campaign(home: Path, n_seeds: int) -> dict[str, dict[str, Any]]:
    """Wall time of seeds × 3 screens × 10 policies and all static ranks, shared by two workers of one thread."""
    from workbench.hypotheses.campaign_plan import CampaignPlan

    plan = CampaignPlan("whole", tuple(NAMES), n_seeds=n_seeds)
    start = time.perf_counter()
    with workers(home):
        parts = _play(home, plan)
    took = time.perf_counter() - start
    name = "campaign_s" if n_seeds == 20 else f"campaign_{n_seeds}_seeds_s"
    how = (
        f"{n_seeds} seeds × {len(NAMES)} screens × {len(plan.policies)} policies and "
        f"{sum(bool(part['static']) for part in parts)} static ranks, two workers of one thread, their start included; once"
    )
    return {name: figure(took, "s", how, n=len(parts))}


def resumed_campaign(screens: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """`campaign_resume_identical`: 1 when a campaign whose worker is killed with -9 chose what an undisturbed one chose.

    Every worker hashes text by another seed, as processes do, so that nothing may depend on the order of a set.
    """
    from workbench.hypotheses.campaign_plan import CampaignPlan

    plan = CampaignPlan("resumed", screens, n_seeds=2, n_rounds=3, statics=False)
    with screen_home() as home, workers(home, 1, PYTHONHASHSEED="1"):
        expected = {_label(part): part["picks"] for part in _play(home, plan)}
    with screen_home() as home:
        with workers(home, 1, PYTHONHASHSEED="2") as (worker,):
            before = len(_play(home, plan, worker.kill, KILLED_AFTER))
        with workers(home, 1, PYTHONHASHSEED="3"):
            found = {_label(part): part["picks"] for part in _play(home, plan)}
    other = sorted(label for label in expected.keys() | found.keys() if expected.get(label) != found.get(label))
    how = (
        f"killed with -9 after {before} of {len(expected)} parts, gone on by another worker; same genes in every round"
    )
    how += f"; other genes: {', '.join(other)}" if other else ""
    return {
        "campaign_resume_identical": figure(float(not other and 0 < before < len(found)), "1 = all", how, n=len(found))
    }


def _play(home: Path, plan: Any, then: Callable[[], None] | None = None, after: int = 0) -> list[dict[str, Any]]:
    """Parts of a campaign once it is done; or those that stand once `after` of them do and `then` was called."""
    from workbench.lab import Lab
    from workbench.settings import Settings

    lab = Lab.open(Settings(home=home, mirror=None))
    try:
        job = lab.campaigns.run(plan)
        deadline = time.monotonic() + DEADLINE_S
        while not job.is_finished and time.monotonic() < deadline:
            time.sleep(0.2)
            job = lab.jobs.get(job.job_id)
            if then is not None and len(lab.campaigns.parts(plan.campaign_id)) >= after:
                then()
                return lab.campaigns.parts(plan.campaign_id)
        if job.state != "done":
            raise RuntimeError(f"the campaign is {job.state}: {job.error.get('message', job.message)}")
        return lab.campaigns.parts(plan.campaign_id)
    finally:
        lab.close()


def _label(part: dict[str, Any]) -> str:
    return f"{part['screen']}: {part['policy']}"
