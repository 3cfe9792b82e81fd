"""TypiClust: the most typical candidate of each cluster that nothing measured stands for."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition

N_NEIGHBOURS, MAX_CLUSTERS, SHOWN = 20, 500, 400


@acquisition("typiclust", title="Typical of what is not covered", needs=("points", "covered"))
def typiclust(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """From the largest uncovered clusters the candidate with the densest neighbourhood (Hacohen et al., 2022).

    Clusters: as many as measured plus asked, at most 500, of measured and candidate points together.
    """
    from sklearn.cluster import MiniBatchKMeans

    points = candidates.need("points")
    covered = candidates.covered if candidates.covered is not None else np.empty((0, points.shape[1]))
    n_clusters = min(len(covered) + min(k, len(points)), MAX_CLUSTERS, len(points))
    fit = MiniBatchKMeans(n_clusters, n_init=1, max_iter=20, random_state=int(rng.integers(2**31))).fit(points)
    labels = fit.labels_
    taken = np.bincount(fit.predict(covered), minlength=n_clusters) if len(covered) else np.zeros(n_clusters, dtype=int)
    sizes = np.bincount(labels, minlength=n_clusters)
    chosen: list[Choice] = []
    ranked = {c: _typical(points, np.flatnonzero(labels == c), rng) for c in range(n_clusters) if sizes[c]}
    while len(chosen) < min(k, len(points)):  # a cluster that gave one counts as covered
        cluster = min((c for c in ranked if ranked[c]), key=lambda c: (taken[c], -sizes[c]))
        i, density = ranked[cluster].pop(0)
        taken[cluster] += 1
        chosen.append(
            Choice(i, density, f"typical of a cluster of {sizes[cluster]}, of which {taken[cluster] - 1} are covered")
        )
    return chosen


def _typical(points: np.ndarray, members: np.ndarray, rng: np.random.Generator) -> list[tuple[int, float]]:
    """Members by typicality: one over the mean distance to the 20 nearest among (a draw of 400 of) the members."""
    shown = members if len(members) <= SHOWN else rng.choice(members, SHOWN, replace=False)
    square = np.square(points[members]).sum(axis=1)[:, None] + np.square(points[shown]).sum(axis=1)
    distance = np.sqrt(np.maximum(square - 2 * points[members] @ points[shown].T, 0.0))
    near = np.sort(distance, axis=1)[:, : N_NEIGHBOURS + 1].sum(axis=1) / max(min(N_NEIGHBOURS, len(shown) - 1), 1)
    density = 1 / (near + 1e-9)
    return [(int(members[j]), float(density[j])) for j in np.lexsort((rng.random(len(members)), -density))]
