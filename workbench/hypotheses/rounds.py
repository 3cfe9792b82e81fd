"""Rounds of a virtual cell: what was asked, what came of it beside chance, what it cost, and which version followed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.catalog import experiments, hypotheses, models
from workbench.catalog.metrics import newest_evaluation
from workbench.nouns import Comparison, Experiment, Hypothesis

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

SUITE = "round"  # the table that job kind `look_back` keeps of an experiment


@dataclass(frozen=True)
class Round:
    """One experiment. verdicts: outcome -> how many; expected, low, high: how many rules a random choice would have met
    (exact 95 % band) and by_mean the mean of all perturbations, None before its results were looked at; wells used."""

    experiment: Experiment
    hypotheses: tuple[Hypothesis, ...]
    verdicts: dict[str, int]
    wells: int
    expected: float | None = None
    low: int | None = None
    high: int | None = None
    by_mean: int | None = None
    comparison: Comparison | None = None

    @property
    def supported(self) -> int:
        """How many hypotheses held."""
        return self.verdicts.get("supported", 0)

    @property
    def is_beyond_chance(self) -> bool | None:
        """Whether more hypotheses held than the band of random choices reaches; None before that is known."""
        return None if self.high is None else self.supported > self.high


def read_rounds(catalog: Catalog, task: str) -> list[Round]:
    """The experiments of a task, newest first."""
    items = {item.hypothesis_id: item for item in hypotheses.list_hypotheses(catalog, task=task)}
    after = models.comparisons_by_experiment(catalog, task)
    found = [item for item in experiments.list_experiments(catalog) if item.task == task]
    return [_round(catalog, item, items, after) for item in found]


def _round(
    catalog: Catalog, experiment: Experiment, items: dict[str, Hypothesis], after: dict[str, Comparison]
) -> Round:
    mine = tuple(items[key] for key in experiment.hypothesis_ids if key in items)
    verdicts = Counter(str(item.outcome.get("outcome", "open")) for item in mine)
    table: list[dict[str, Any]] = newest_evaluation(catalog, experiment.handle, SUITE)
    rows = {row["reference"]: row for row in table if row["metric"] == "supported"}
    random, mean = rows.get("rules met at random"), rows.get("rules the mean meets")
    return Round(
        experiment, mine, dict(verdicts), sum(well.role != "empty" for plate in experiment.plates for well in plate.wells),
        expected=random and float(random["value"]), low=random and int(random["low"]), high=random and int(random["high"]),
        by_mean=mean and int(mean["value"]), comparison=after.get(experiment.experiment_id),
    )  # fmt: skip
