"""Two coordinates for each entity, for drawing only: distances are read from the vectors, never from the picture."""

from __future__ import annotations

import numpy as np

from workbench.errors import InputError

LARGEST_UMAP = 50_000


def layout(vectors: np.ndarray, *, seed: int = 0, n_neighbors: int = 15) -> np.ndarray:
    """UMAP of cosine neighbourhoods (McInnes et al., 2018); principal components for tiny or very large sets.

    vectors [n_entities, d] finite -> coordinates [n_entities, 2] float32. Same seed, same picture on one machine.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    if not np.isfinite(vectors).all():
        raise InputError(f"a layout needs finite vectors. {int((~np.isfinite(vectors)).sum()):,} values are not.")
    n_entities = len(vectors)
    if n_entities < 2 * n_neighbors or n_entities > LARGEST_UMAP or vectors.shape[1] < 3:
        return principal_components(vectors)
    from umap import UMAP

    min_dist = 0.6 if n_entities < 1000 else 0.15  # few points: spread them so that each can be clicked
    model = UMAP(
        metric="cosine", n_neighbors=n_neighbors, min_dist=min_dist, init="pca", random_state=seed, n_jobs=1
    )  # fmt: skip
    return np.asarray(model.fit_transform(vectors), dtype=np.float32)


def principal_components(vectors: np.ndarray) -> np.ndarray:
    """The first two principal components. vectors [n_entities, d] -> [n_entities, 2] float32; missing ones are 0."""
    centred = vectors - vectors.mean(axis=0, keepdims=True) if len(vectors) else vectors
    covariance = centred.T @ centred
    _, directions = np.linalg.eigh(covariance) if covariance.size else (None, np.zeros((0, 0)))
    coordinates = np.zeros((len(vectors), 2), dtype=np.float32)
    kept = centred @ directions[:, ::-1][:, :2] if directions.size else np.zeros((len(vectors), 0))
    coordinates[:, : kept.shape[1]] = kept
    return coordinates
