"""Prior mean of a screen: declared covariates with weights learned on other screens alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

CAP = 0.98  # quantile of |score| above which scores count alike: a few extreme hits otherwise own the fit
RIDGE = 0.05  # of the number of genes


def strength(scores: np.ndarray, cap: float = CAP) -> np.ndarray:
    """|score| [n], capped at its quantile: both tails of a screen may be hits."""
    size = np.abs(np.asarray(scores, dtype=float))
    return np.minimum(size, np.quantile(size, cap)) if len(size) else size


def standardised(values: np.ndarray) -> np.ndarray:
    """values [n] with mean 0 and standard deviation 1; zeros where they are all alike."""
    spread = values.std()
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros_like(values)


def learn_weights(designs: Sequence[np.ndarray], scores: Sequence[np.ndarray]) -> np.ndarray:
    """Weights [p] of a linear prior of standardised strength: the mean over screens of ridge regressions.

    designs: [n, p] a screen, standardised; scores: [n] a screen. No screen has more say for having more genes.
    """
    found = []
    for design, score in zip(designs, scores, strict=True):
        target, n = standardised(strength(score)), len(score)
        found.append(np.linalg.solve(design.T @ design + RIDGE * n * np.eye(design.shape[1]), design.T @ target))
    return np.mean(found, axis=0)


def strength_elsewhere(genes: Sequence[str], screens: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Mean standardised strength of each gene [n] in other screens (genes, scores) that measured it; NaN in none."""
    table = np.full((len(genes), len(screens)), np.nan)
    for column, (measured, scores) in enumerate(screens.values()):
        value = dict(zip(measured, standardised(strength(scores)), strict=True))
        table[:, column] = [value.get(gene, np.nan) for gene in genes]
    known = ~np.isnan(table)
    total = np.where(known, table, 0.0).sum(axis=1)
    return np.divide(total, known.sum(axis=1), out=np.full(len(genes), np.nan), where=known.any(axis=1))
