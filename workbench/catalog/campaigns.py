"""Campaigns in the lake: the plan of each, and what every part (a policy on a screen) found by round."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.metrics import write_metrics
from workbench.catalog.store import utc_now
from workbench.errors import UnknownNameError

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

PLAN, KIND, METRIC = "plan", "campaign", "share of hits found"


def write_plan(catalog: Catalog, campaign_id: str, plan: dict[str, Any], facts: dict[str, Any]) -> None:
    """Keep the plan with what it was run on (snapshot, code version); the same campaign twice is once."""
    row = {
        "metric": PLAN,
        "value": 0.0,
        "low": 0.0,
        "high": 0.0,
        "n": plan["n_seeds"],
        "details": {"plan": plan, **facts},
    }
    write_metrics(catalog, campaign_id, KIND, PLAN, [row])


def write_parts(catalog: Catalog, campaign_id: str, parts: list[dict[str, Any]]) -> None:
    """Keep parts: of each a row a round with mean and range over seeds, the whole part with the last; each once."""
    with catalog.lake.writing(f"parts of campaign {campaign_id}") as cursor:
        known = f"SELECT DISTINCT suite FROM lake.metric WHERE subject_kind = '{KIND}' AND subject = $1"
        there = {row[0] for row in cursor.execute(known, [campaign_id]).fetchall()}
        rows = [row for part in parts for row in _rows(campaign_id, part) if row[2] not in there]
        if rows:
            places = ", ".join(f"({', '.join('?' * len(rows[0]))})" for _ in rows)
            cursor.execute(f"INSERT INTO lake.metric VALUES {places}", [value for row in rows for value in row])


def _rows(campaign_id: str, part: dict[str, Any]) -> list[list[Any]]:
    shares = np.array(part["shares"])
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    last = shares.shape[1] - 1
    return [
        [campaign_id, KIND, part_name(part["screen"], part["policy"]), METRIC, f"round {i + 1}", float(shares[:, i].mean()),
         float(low[i]), float(high[i]), len(shares), "", json.dumps(part if i == last else {}), utc_now()]
        for i in range(last + 1)
    ]  # fmt: skip


def part_name(screen: str, policy: str) -> str:
    """The table of one part."""
    return f"{screen} · {policy}"


def part_names(catalog: Catalog, campaign_id: str) -> set[str]:
    """Parts that are there already."""
    sql = "SELECT DISTINCT suite FROM lake.metric WHERE subject_kind = 'campaign' AND subject = $1 AND suite <> 'plan'"
    return set(catalog.lake.query(sql, [campaign_id]).column(0).to_pylist())


def read_parts(catalog: Catalog, campaign_id: str) -> list[dict[str, Any]]:
    """Every part as it was found, by screen and policy."""
    sql = (
        "SELECT suite, max(details) AS details FROM lake.metric WHERE subject_kind = 'campaign' AND subject = $1 "
        "AND suite <> 'plan' AND details <> '{}' GROUP BY 1 ORDER BY 1"
    )
    return [json.loads(row["details"]) for row in catalog.lake.rows(sql, [campaign_id])]


def list_campaigns(catalog: Catalog) -> list[dict[str, Any]]:
    """Campaigns, newest first: campaign_id, plan, snapshot, code_version, created_at, n_parts."""
    sql = (
        "SELECT subject AS campaign_id, max(details) FILTER (suite = 'plan') AS details, "
        "max(created_at) FILTER (suite = 'plan') AS created_at, "
        "count(DISTINCT suite) - 1 AS n_parts FROM lake.metric WHERE subject_kind = 'campaign' GROUP BY 1 ORDER BY 3 DESC, 1"
    )
    rows = [row for row in catalog.lake.rows(sql) if row["details"]]
    return [{**json.loads(row.pop("details")), **row} for row in rows]


def get_campaign(catalog: Catalog, campaign_id: str) -> dict[str, Any]:
    """One campaign by its id. Raises UnknownNameError naming those there are."""
    known = {row["campaign_id"]: row for row in list_campaigns(catalog)}
    if campaign_id not in known:
        hint = f"There are: {', '.join(known)}." if known else "None was run yet: `workbench campaign run`."
        raise UnknownNameError(f"no campaign has the id {campaign_id!r}.", hint=hint)
    return known[campaign_id]
