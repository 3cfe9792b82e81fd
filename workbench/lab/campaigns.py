"""`lab.campaigns`: replay campaigns on screens, and read what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog import campaigns as records
from workbench.catalog.screens import screen_names
from workbench.hypotheses import campaign_results as results
from workbench.hypotheses.acquisition import ACQUISITIONS
from workbench.hypotheses.campaign_plan import CampaignPlan
from workbench.jobs.engine import queue

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Job


class Campaigns:
    """Whole campaigns without a lab: rounds × policies × seeds on screens whose scores are known."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def screens(self) -> list[str]:
        """Screens that can be replayed."""
        return screen_names(self.catalog)

    def acquisitions(self) -> dict[str, str]:
        """Acquisition functions with their titles."""
        return {entry.name: entry.facts["title"] for entry in ACQUISITIONS}

    def run(self, plan: CampaignPlan, *, inline: bool = False, person: str | None = None) -> Job:
        """Play a plan in the queue (parts shared among the workers) or here; the same plan again goes on where it was left."""
        return queue.run_job(
            self.catalog, "campaign", inline=inline, person=person, plan=plan.to_row(), spread=not inline
        )

    def list(self) -> list[dict[str, Any]]:
        """Campaigns, newest first: campaign_id, plan, snapshot, code_version, created_at, n_parts."""
        return records.list_campaigns(self.catalog)

    def parts(self, campaign_id: str) -> list[dict[str, Any]]:
        """Every part as it was found: policy on screen, shares by seed and round, digests of what was asked."""
        return records.read_parts(self.catalog, campaign_id)

    def table(self, campaign_id: str) -> pd.DataFrame:
        """One row a screen and policy: share of hits found with its interval, without core-essential genes, by round."""
        import pandas as pd

        return pd.DataFrame(results.table(self.parts(campaign_id)))

    def result(self, campaign_id: str) -> dict[str, Any]:
        """A campaign with its screens: table, exact random band by round, gains over the best static rank."""
        parts = self.parts(campaign_id)
        found = records.get_campaign(self.catalog, campaign_id)
        return found | {"screens": [_screen(parts, name) for name in dict.fromkeys(part["screen"] for part in parts)]}


def _screen(parts: list[dict[str, Any]], name: str) -> dict[str, Any]:
    own = [part for part in parts if part["screen"] == name]
    best = results.best_static(own, name)
    gains = {}
    if best is not None:
        for part in own:
            if not part["static"]:
                gains[part["policy"]] = {
                    "value": results.gain(part, best)._asdict(),
                    "nonessential": results.gain(
                        part, results.best_static(own, name, nonessential=True), nonessential=True
                    )._asdict(),
                }
    facts = {key: own[0][key] for key in ("title", "n", "n_hits", "batch", "n_rounds")}
    return facts | {
        "screen": name, "rows": results.table(own), "band": results.band(own[0]).tolist(), "gains": gains,
        "best_static": "" if best is None else best["policy"],
    }  # fmt: skip
