"""The nearest entities of every entity of a map, exactly or through a graph of measured recall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import InputError
from workbench.nouns import Map

if TYPE_CHECKING:
    import pandas as pd

    from workbench.kernels.similarity_index import SimilarityIndex

QUERIES = 256


def nearest_of_all(map_: Map, folder: Path, k: int, *, approximate: bool = False) -> pd.DataFrame:
    """perturbation_id, neighbour, place (from 1), similarity; `attrs["recall"]` says what share is found.

    The exact index is kept in `folder`. Raises InputError for a k outside 1 … n_entities − 1.
    """
    import pandas as pd

    n = len(map_)
    if not 1 <= k < n:
        raise InputError(f"k has to lie in 1 … {n - 1:,}, the other entities of the map. Got {k}.")
    if approximate:
        from workbench.kernels.approximate_index import build_approximate_index

        index = build_approximate_index(map_.vectors, k + 1)
        recall = str(index)
    else:
        index, recall = exact_index(map_.vectors, folder), "exact: every neighbour is found"
    rows, similar = np.empty((n, k), np.int64), np.empty((n, k), np.float32)
    for start in range(0, n, QUERIES):
        part = np.arange(start, min(n, start + QUERIES))
        rows[part], similar[part] = _others(part, *index.search(map_.vectors[part], k + 1))
    ids = np.asarray(map_.entities, dtype=object)
    found = pd.DataFrame(
        {"perturbation_id": np.repeat(ids, k), "neighbour": ids[rows.ravel()], "place": np.tile(np.arange(1, k + 1), n),
         "similarity": similar.ravel()}
    )  # fmt: skip
    found = found[(rows >= 0).ravel()].reset_index(drop=True)
    found.attrs["recall"] = recall
    return found


def exact_index(vectors: np.ndarray, folder: Path) -> SimilarityIndex:
    """The map's index from the cache, made and kept there first where it is not; processes share its pages.

    `folder` is named by the map's making; what stands beside it is of a map that was built before, and goes.
    """
    import shutil
    import tempfile

    from workbench.kernels.similarity_index import build_similarity_index, open_similarity_index

    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
        build_similarity_index(vectors).save(made)
        for old in folder.parent.iterdir():
            if old != folder and not old.name.startswith("."):  # another process may be making one
                shutil.rmtree(old, ignore_errors=True)
        try:
            made.replace(folder)  # whole or not at all; whoever comes second uses the first one's
        except OSError:
            shutil.rmtree(made, ignore_errors=True)
    return open_similarity_index(folder)


def _others(own: np.ndarray, rows: np.ndarray, similar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Leave each row itself out of its k + 1 nearest, or the last one where it is not among them."""
    keep = rows != own[:, None]
    keep[keep.all(axis=1), -1] = False
    return rows[keep].reshape(len(rows), -1), similar[keep].reshape(len(rows), -1)
