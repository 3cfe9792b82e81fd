"""Hypotheses and predictions for tests: made up where no catalog is needed, real ones on a filled catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import copy_home
from workbench.lab import Lab
from workbench.nouns import Context, DecisionRule, Hypothesis, Perturbation, Prediction
from workbench.settings import Settings

READOUTS = ("CDC20", "HSPA8", "MAP4K4", "BRAF")


def prediction(**changes: Any) -> Prediction:
    """Over-expressed BRAF in U2OS on four readouts."""
    facts: dict[str, Any] = {
        "prediction_id": "P1", "task": "l1000_orf", "context": Context("U2OS", 72.0), "readouts": READOUTS,
        "perturbation": Perturbation.of_gene("over-expression", "BRAF", "R1"),
        "delta": np.array([1.5, -0.8, 0.9, 6.0]), "low": np.array([0.4, -1.6, -0.2, 4.0]),
        "high": np.array([2.6, 0.0, 2.0, 8.0]), "level": 0.9, "baseline": np.array([1.4, 0.1, 0.2, 0.0]),
        "baseline_name": "mean of what was measured", "verdict": "signal", "verdict_reason": "tested",
        "domain_score": 0.9, "model_version": "V", "model_name": "l1000_orf-v1", "snapshot": 7, "code_version": "c",
        "units": "robust z",
    }  # fmt: skip
    return Prediction(**{**facts, **changes})


def hypothesis(**changes: Any) -> Hypothesis:
    """One about BRAF and HSPA8, in the state draft."""
    facts: dict[str, Any] = {
        "hypothesis_id": "01H", "number": 12, "statement": "Over-expressing BRAF lowers HSPA8 in U2OS",
        "perturbation": Perturbation.of_gene("over-expression", "BRAF", "R1"), "context": Context("U2OS", 72.0),
        "task": "l1000_orf", "rule": DecisionRule("HSPA8", "down", 0.4), "state": "draft", "author": "ada",
        "author_kind": "person", "prediction_id": "P1",
        "predicted": {"readout": "HSPA8", "delta": -0.8, "low": -1.6, "high": 0.0, "baseline": 0.1, "level": 0.9,
                      "units": "robust z", "baseline_name": "mean of what was measured", "verdict": "signal",
                      "model": "l1000_orf-v1", "snapshot": 7},
        "cost": 3.0,
    }  # fmt: skip
    return Hypothesis(**{**facts, **changes})


@pytest.fixture(scope="module")
def queue_lab(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab on a copy of the filled catalog, shared by the tests of one file."""
    home = copy_home(filled_home, tmp_path_factory.mktemp("queue") / "home")
    opened = Lab.open(Settings(home=home))
    yield opened
    opened.close()


def held_back(lab: Lab, n: int) -> list[str]:
    """Perturbations of n genes that the replay lab can reveal, one a gene, not asked about yet."""
    table = lab.cells.perturbations("l1000_orf")
    asked = {item.perturbation.perturbation_id for item in lab.hypotheses.list()}
    free = table[(table["role"] == "replay") & ~table["measured"] & ~table["perturbation_id"].isin(asked)]
    return (
        free.sort_values("n_wells", ascending=False, kind="stable")
        .drop_duplicates("gene")["perturbation_id"]
        .tolist()[:n]
    )


def approved(lab: Lab, n: int) -> list[Hypothesis]:
    """n approved hypotheses about held-back genes, from real predictions."""
    made = [
        lab.hypotheses.queue(lab.cells.predict(name, task="l1000_orf"), rationale="test") for name in held_back(lab, n)
    ]
    return lab.hypotheses.approve([item.handle for item in made])
