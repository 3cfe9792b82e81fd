"""DiscoBAX-like: candidates that tell most about which ones make up the best set."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first

N_SETS, SET_SIZE, LEAST = 16, 10, 32


@acquisition("discobax", title="Tells most about the best set", needs=("mean", "draws", "noise"))
def discobax(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """Largest mutual information between a candidate's measurement and the best set (after Lyle et al., 2023).

    For each of 16 joint draws the best set S is its ten largest values; the information is the log ratio of a
    candidate's variance to its variance given the values on S, both with noise, from the covariance of the draws, shrunk
    by their number, averaged over draws. Raises through `need` when there are no draws.
    """
    draws = candidates.need("draws")
    n_draws, n = draws.shape
    centred = (draws - draws.mean(axis=0)) / np.sqrt(max(n_draws - 1, 1))
    noise = candidates.noise**2
    variance = np.square(centred).sum(axis=0)
    shrink = n_draws / (n_draws + LEAST)  # covariances of few draws are mostly chance
    information = np.zeros(n)
    for drawn in draws[:N_SETS]:
        inside = best_first(drawn, min(SET_SIZE, n), rng)
        cross = shrink * centred[:, inside].T @ centred
        own = shrink * centred[:, inside].T @ centred[:, inside] + (1 - shrink) * np.diag(variance[inside])
        explained = np.einsum("ij,ij->j", cross, np.linalg.solve(own + 1e-6 * np.eye(len(inside)), cross))
        left = np.clip(variance - explained, 0.0, None) + noise
        information += 0.5 * np.log((variance + noise) / left) / min(N_SETS, n_draws)
    order = best_first(information, k, rng)
    return [Choice(int(i), float(information[i]), f"tells {information[i]:.3f} nats about the best set") for i in order]
