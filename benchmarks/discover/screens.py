"""Hits found after five rounds on the three bundled screens, by every policy, every static rank and permuted feedback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.discover.workers import workers
from benchmarks.figures import figure
from benchmarks.house.homes import empty_home
from workbench.hypotheses.campaign_results import Gain

NAMES = {"screen_il2": "IL2", "screen_ifng": "IFNG", "screen_scharenberg": "Scharenberg"}
DATA = ("gene_relationships", "reactome_pathways", "hallmark", "hgnc", "periscope", "core_essential", *NAMES)
CHEAP = ("greedy", "probability_of_hit", "upper_confidence_bound", "random")
DRAWN = ("determinantal", "thompson", "expected_improvement", "disagreement", "discobax", "diverse", "uncertainty", "core_set",
         "k_means", "typiclust", "badge")  # fmt: skip
N_SEEDS, DEADLINE_S = 20, 7_200
HEADLINE = "greedy"


@contextmanager
def screen_home() -> Iterator[Path]:
    """A home with the screens and what is known of genes."""
    from workbench.catalog.datasets import import_dataset
    from workbench.catalog.store import Catalog
    from workbench.settings import Settings

    with empty_home() as home:
        catalog = Catalog.open(Settings(home=home, mirror=None))
        for name in DATA:
            import_dataset(catalog, name)
        catalog.close()
        yield home


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`hits_round5_…`, `gain_vs_best_static_…` and twins, `permuted_gain_vs_prior…`; every policy and static rank."""
    from workbench.hypotheses.campaign import Policy
    from workbench.lab import Lab
    from workbench.settings import Settings

    headline = (Policy(HEADLINE), Policy(HEADLINE, feedback="permuted"))
    others = [Policy(name) for name in CHEAP[1:]]
    if not quick:
        others += [*(Policy(name) for name in DRAWN), Policy(HEADLINE, "random")]
    figures: dict[str, dict[str, Any]] = {}
    with screen_home() as home, workers(home):
        lab = Lab.open(Settings(home=home, mirror=None))
        figures |= _figures(lab, (*headline, *others), elsewhere=True, suffix="")
        figures |= _figures(lab, headline, elsewhere=False, suffix="_without_other_screens")
        lab.close()
    return figures


def _figures(lab: Any, policies: tuple[Any, ...], elsewhere: bool, suffix: str) -> dict[str, dict[str, Any]]:
    from workbench.hypotheses import campaign_results as results
    from workbench.hypotheses.campaign_plan import CampaignPlan

    plan = CampaignPlan("discover", tuple(NAMES), policies, n_seeds=N_SEEDS, elsewhere=elsewhere)
    lab.jobs.wait(lab.campaigns.run(plan).job_id, timeout_s=DEADLINE_S)
    parts = lab.campaigns.parts(plan.campaign_id)
    figures: dict[str, dict[str, Any]] = {}
    for screen, short in NAMES.items():
        own = {part["policy"]: part for part in parts if part["screen"] == screen}
        new, permuted = own[HEADLINE], own[f"{HEADLINE}, permuted feedback"]
        prior, best = own["static: prior"], results.best_static(parts, screen)
        fair = results.best_static(parts, screen, nonessential=True)
        said = f"{N_SEEDS} seeds, {new['n_rounds']} x {new['batch']} of {new['n']:,} genes"
        chance = results.band(new)[-1]
        hindsight = f"the best of {_n(own)} by hindsight"
        figures |= {
            f"hits_round5_{short}{suffix}": _figure(results.share(new), f"{HEADLINE}, {said}"),
            f"hits_round5_{short}_nonessential{suffix}": _figure(
                results.share(new, nonessential=True), "core-essential hits left out"),
            f"gain_vs_best_static_{short}{suffix}": _figure(results.gain(new, best), f"over {best['policy']}, {hindsight}"),
            f"gain_vs_best_static_{short}_nonessential{suffix}": _figure(
                results.gain(new, fair, nonessential=True), f"over {fair['policy']}, core-essential hits left out"),
            f"gain_vs_prior_{short}{suffix}": _figure(results.gain(new, prior), "over the learned prior alone"),
            f"permuted_gain_vs_prior_{short}{suffix}": _figure(
                results.gain(permuted, prior), "feedback permuted, against the learned prior"),
            f"random_{short}": figure(float(chance[0]), "share", "exact, hypergeometric, 95 % of campaigns", low=float(chance[1]),
                                      high=float(chance[2]), n=new["n_hits"]),
        }  # fmt: skip
        for row in results.table(list(own.values())):
            name = row["policy"].replace(": ", "_").replace(", ", "_").replace(" ", "_").replace(".", "")
            figures[f"policy_{name}_{short}{suffix}"] = figure(
                row["value"], "share", f"{row['policy']}; {row['nonessential']:.3f} without core-essential; by round "
                + " ".join(f"{value:.3f}" for value in row["by_round"]), low=row["low"], high=row["high"], n=row["n"],
            )  # fmt: skip
    pooled = [(own_part, prior_part) for own_part, prior_part in _pairs(parts)]
    figures[f"permuted_gain_vs_prior{suffix}"] = _pooled([results.gain(*pair) for pair in pooled])
    return figures


def _pairs(parts: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    named = {(part["screen"], part["policy"]): part for part in parts}
    return [(named[screen, f"{HEADLINE}, permuted feedback"], named[screen, "static: prior"]) for screen in NAMES]


def _pooled(gains: list[Gain]) -> dict[str, Any]:
    """Mean of the gains of screens; half-widths of independent intervals add in quadrature."""
    value = sum(gain.value for gain in gains) / len(gains)
    half = sum(((gain.high - gain.low) / 2) ** 2 for gain in gains) ** 0.5 / len(gains)
    return figure(value, "share", "feedback permuted, against the learned prior; mean of the three screens", low=value - half,
                  high=value + half, n=len(gains))  # fmt: skip


def _n(own: dict[str, Any]) -> str:
    return f"{sum(bool(part['static']) for part in own.values())} static ranks"


def _figure(found: Gain, how: str) -> dict[str, Any]:
    return figure(found.value, "share", how, low=found.low, high=found.high, n=found.n)
