"""Error reduction: measurements that make the predictions of all candidates surer."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition, best_first


@acquisition("error_reduction", title="Makes all predictions surer", needs=("draws", "noise"))
def error_reduction(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """One by one the candidate whose measurement lowers the summed variance of all most (Cohn, 1996; A-optimal design).

    With covariance C of the draws that is the largest Σ_j C_ij² / (C_ii + noise²); C then loses what was learned,
    C − c_i c_i' / (C_ii + noise²), so that a batch does not ask twice for the same thing. C is never formed: with
    C = A'A, A [n_draws, n], both are products of A.
    """
    draws = candidates.need("draws")
    root = (draws - draws.mean(axis=0)) / np.sqrt(max(len(draws) - 1, 1))
    noise, total = candidates.noise**2, max(float(np.square(root).sum()), 1e-12)
    chosen: list[Choice] = []
    for _ in range(min(k, root.shape[1])):
        variance = np.square(root).sum(axis=0)
        gain = np.einsum("ij,ij->j", root, (root @ root.T) @ root) / (variance + noise + 1e-12)
        gain[[choice.index for choice in chosen]] = -np.inf
        i = int(best_first(gain, 1, rng)[0])
        chosen.append(Choice(i, float(gain[i]), f"takes {gain[i] / total:.1%} of the variance of all predictions"))
        if variance[i] > 1e-12:
            unit = root[:, i] / np.sqrt(variance[i])
            left = 1 - np.sqrt(noise / (variance[i] + noise))
            root = root - left * np.outer(unit, unit @ root)
    return chosen
