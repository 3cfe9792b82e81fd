"""Two coordinates for each entity, for drawing only: distances are read from the vectors, never from the picture."""

from __future__ import annotations

import warnings

import numpy as np

from workbench.errors import InputError
from workbench.kernels.topk import cosine_topk

LARGEST_UMAP = 50_000
DECIMALS = 4  # of the inputs to UMAP: noise in the last bits of a matrix product would grow into another picture


def layout(vectors: np.ndarray, *, seed: int = 0, n_neighbors: int = 15) -> np.ndarray:
    """UMAP of exact cosine neighbourhoods (McInnes et al., 2018); principal components for tiny or very large sets.

    vectors [n_entities, d] finite -> coordinates [n_entities, 2] float32. Same seed, same picture on one machine.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    if not np.isfinite(vectors).all():
        raise InputError(f"a layout needs finite vectors. {int((~np.isfinite(vectors)).sum()):,} values are not.")
    n_entities = len(vectors)
    if n_entities < 2 * n_neighbors or n_entities > LARGEST_UMAP or vectors.shape[1] < 3:
        return principal_components(vectors)
    from umap import UMAP

    nearest, similar = cosine_topk(vectors, vectors, n_neighbors)
    distances = np.round(1 - similar, DECIMALS).clip(0)
    start = principal_components(vectors)
    start = np.round(10 * start / max(np.abs(start).max(), 1e-12), DECIMALS)
    model = UMAP(
        metric="cosine", n_neighbors=n_neighbors, random_state=seed, n_jobs=1, init=start,
        min_dist=0.6 if n_entities < 1000 else 0.15,  # few points: spread them so that each can be clicked
        precomputed_knn=(nearest.astype(np.int32), distances.astype(np.float32)),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="precomputed_knn")  # nobody places new points into this picture
        return np.asarray(model.fit_transform(vectors), dtype=np.float32)


def principal_components(vectors: np.ndarray) -> np.ndarray:
    """The first two principal components, the largest coordinate of each axis positive; missing ones are 0.

    vectors [n_entities, d] -> [n_entities, 2] float32.
    """
    vectors = np.asarray(vectors, dtype=np.float64)
    centred = vectors - vectors.mean(axis=0, keepdims=True) if len(vectors) else vectors
    covariance = centred.T @ centred
    _, directions = np.linalg.eigh(covariance) if covariance.size else (None, np.zeros((0, 0)))
    coordinates = np.zeros((len(vectors), 2), dtype=np.float32)
    kept = centred @ directions[:, ::-1][:, :2] if directions.size else np.zeros((len(vectors), 0))
    if kept.size:
        kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    coordinates[:, : kept.shape[1]] = kept
    return coordinates
