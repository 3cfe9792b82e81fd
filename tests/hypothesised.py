"""Hypotheses and predictions with real-looking numbers, for tests that need no catalog."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.nouns import Context, DecisionRule, Hypothesis, Perturbation, Prediction

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
