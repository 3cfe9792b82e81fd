"""k-means: one candidate for each cluster of candidates."""

from __future__ import annotations

import numpy as np

from workbench.hypotheses.acquisition import Candidates, Choice, acquisition


@acquisition("k_means", title="Centre of each cluster", needs=("points",))
def k_means(candidates: Candidates, k: int, rng: np.random.Generator) -> list[Choice]:
    """The candidate nearest to each of k centres (scikit-learn's mini-batch k-means); large clusters first."""
    from sklearn.cluster import MiniBatchKMeans

    points = candidates.need("points")
    k = min(k, len(points))
    fit = MiniBatchKMeans(k, n_init=1, max_iter=20, random_state=int(rng.integers(2**31))).fit(points)
    sizes = np.bincount(fit.labels_, minlength=k)
    free, chosen = np.ones(len(points), dtype=bool), []
    for centre in np.argsort(-sizes, kind="stable"):
        distance = np.square(points - fit.cluster_centers_[centre]).sum(axis=1)
        i = int(np.argmin(np.where(free, distance, np.inf)))
        free[i] = False
        chosen.append(Choice(i, float(sizes[centre]), f"stands for a cluster of {sizes[centre]} candidates"))
    return chosen
