"""Direct regulatory edges from responses to perturbing every gene, with what a database already claims."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError

# fixed on simulated cells of other seeds than those that are reported
SPREAD, UNKNOWN, NOISE, KNOWN_BONUS = 0.1, 0.3, 0.1, 2.0


def direct_edge_scores(responses: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Score [n_genes, n_genes] of the direct edge from each gene (row) to each gene (column); the diagonal is -inf.

    responses [n_genes, n_genes]: response of every gene (column) to perturbing every gene (row); known bool
    [n_genes, n_genes]: edges that a database claims. At the steady state x_j = sum of W_ij x_i over all perturbations
    but that of j (modular response analysis; Kholodenko et al., 2002): a Bayesian regression of each gene on all others
    with prior variance SPREAD for known edges and SPREAD × UNKNOWN for others, noise variance NOISE. Score = |mean| /
    sd of the posterior weight, plus KNOWN_BONUS for a known edge. Raises InputError for other shapes.
    """
    n = len(responses)
    if responses.shape != (n, n) or known.shape != (n, n):
        raise InputError(
            f"responses and known edges must be square and alike. Got {responses.shape} and {known.shape}."
        )
    scores = np.full((n, n), -np.inf)
    for gene in range(n):
        others = np.arange(n) != gene
        inputs, output = responses[others][:, others], responses[others, gene]
        prior = np.where(known[others, gene], SPREAD, SPREAD * UNKNOWN)
        covariance = np.linalg.inv(inputs.T @ inputs / NOISE + np.diag(1.0 / prior))
        mean = covariance @ inputs.T @ output / NOISE
        scores[others, gene] = np.abs(mean) / np.sqrt(np.diag(covariance)) + KNOWN_BONUS * known[others, gene]
    return scores
