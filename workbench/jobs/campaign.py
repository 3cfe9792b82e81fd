"""Replay a campaign: every policy on every screen, each part kept once, so that any number of workers may share them."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from workbench.catalog import campaigns, screens
from workbench.catalog.jobs import get_job
from workbench.errors import JobError
from workbench.hypotheses.campaign import Policy
from workbench.hypotheses.campaign_plan import CampaignPlan
from workbench.hypotheses.campaign_results import play
from workbench.hypotheses.campaign_sources import Pool, essential_genes, parse_screen, prepare, read_knowledge
from workbench.jobs.engine.kinds import Run, job
from workbench.jobs.engine.queue import run_job
from workbench.training.code_version import code_version

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

STATICS = "static ranks"
ATTEMPTS = 3
POLL_SECONDS = 0.5


@job("campaign", title="Replay a campaign", queue="light", estimate_s=600.0)
def campaign(run: Run, plan: dict[str, Any], spread: bool = True) -> str:
    """Gives the campaign's id, which is the hash of its plan: the same plan again continues where it was left.

    spread: parts become jobs of their own that any worker takes; else they are played here one by one.
    """
    wanted = CampaignPlan.from_row(plan)
    facts = {"snapshot": run.catalog.lake.current_snapshot(), "code_version": code_version()}
    parts = [(screen, name) for screen in wanted.all_screens for name in part_names(wanted)]
    for screen in wanted.all_screens:  # a screen that cannot be read is told before anything is played
        _screen(run.catalog, wanted, screen)
    run.step("plan", campaigns.write_plan, run.catalog, wanted.campaign_id, wanted.to_row(), facts)
    if spread:
        _spread(run, wanted, parts)
    else:
        for i, (screen, name) in enumerate(parts):
            run.progress(i / len(parts), f"{screen}: {name} ({i + 1} of {len(parts)})")
            run.step(f"{screen} {name}", play_part, run.catalog, wanted.campaign_id, screen, name)
    run.progress(1.0, "done")
    return wanted.campaign_id


@job("campaign_part", title="Replay one policy of a campaign", queue="heavy", estimate_s=60.0)
def campaign_part(run: Run, campaign_id: str, screen: str, part: str) -> str:
    """One policy (or all static ranks) on one screen of a campaign whose plan is kept; gives the campaign's id."""
    run.progress(0.05, f"{screen}: {part}")
    run.step("play", play_part, run.catalog, campaign_id, screen, part)
    return campaign_id


def part_names(plan: CampaignPlan) -> list[str]:
    """Parts of each screen: the policies, and all static ranks as one."""
    return [*(policy.name for policy in plan.policies), *([STATICS] if plan.statics else [])]


def play_part(catalog: Catalog, campaign_id: str, screen: str, name: str) -> int:
    """Play what of this part is not in the lake yet; gives how many policies were played."""
    wanted = CampaignPlan.from_row(campaigns.get_campaign(catalog, campaign_id)["plan"])
    pool = _pool(catalog, wanted, screen)
    if name == STATICS:
        policies = [Policy(f"static: {column}") for column in ("prior", *pool.covariates)]
    else:
        policies = [policy for policy in wanted.policies if policy.name == name]
    there = campaigns.part_names(catalog, wanted.campaign_id)
    todo = [policy for policy in policies if campaigns.part_name(screen, policy.name) not in there]
    if todo:
        campaigns.write_parts(catalog, wanted.campaign_id, [play(pool, policy, wanted) for policy in todo])
    return len(todo)


def _spread(run: Run, plan: CampaignPlan, parts: list[tuple[str, str]]) -> None:
    """Hand the parts to the workers and wait for all; a part that failed is tried again in a later run of the plan."""
    waiting = {}
    for screen, name in parts:
        arguments = {"campaign_id": plan.campaign_id, "screen": screen, "part": name}
        for attempt in range(ATTEMPTS):
            facts = f"{plan.campaign_id}|{screen}|{name}|{attempt}"
            key = "C" + hashlib.sha256(facts.encode()).hexdigest()[:25].upper()
            made = run_job(run.catalog, "campaign_part", key=key, person=run.person, **arguments)
            if made.state not in ("failed", "cancelled"):
                break
        waiting[f"{screen}: {name}"] = made.job_id
    while True:
        run.check_cancelled()
        states = {label: get_job(run.catalog, job_id) for label, job_id in waiting.items()}
        for label, made in states.items():
            if made.state in ("failed", "cancelled"):
                raise JobError(f"{label} {made.state}: {made.error.get('message', 'no reason was given')}.")
        n_done = sum(made.is_finished for made in states.values())
        if n_done == len(states):
            return
        run.progress(n_done / len(states), f"{n_done} of {len(states)} parts are played")
        time.sleep(POLL_SECONDS)


_pools: dict[tuple[str, ...], Pool] = {}  # the last one of the process: parts of a screen follow each other


def _pool(catalog: Catalog, plan: CampaignPlan, screen: str) -> Pool:
    key = (str(catalog.settings.home), screens.knowledge_stamp(catalog), plan.campaign_id, screen)
    found = _pools.get(key)
    if found is None:
        others = {name: screens.read_screen(catalog, name) for name in screens.screen_names(catalog)}
        found = prepare(
            read_knowledge(catalog), _screen(catalog, plan, screen), others, essential_genes(catalog),
            elsewhere=plan.elsewhere,
        )  # fmt: skip
        _pools.clear()
        _pools[key] = found
    return found


def _screen(catalog: Catalog, plan: CampaignPlan, name: str) -> screens.Screen:
    if plan.table and name == plan.name:
        return parse_screen(name, plan.table, plan.hit_list)
    return screens.read_screen(catalog, name)
