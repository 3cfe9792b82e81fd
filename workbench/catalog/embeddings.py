"""Embeddings of images, kept by what they were made of: the image's hash, the weights' hash and the pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.catalog.batch import write_frame
from workbench.catalog.store import utc_now

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


def known_embeddings(catalog: Catalog, images: list[str], weights: str, pooling: str) -> dict[str, np.ndarray]:
    """Vector [d] of each image hash that was embedded with these weights and pooling."""
    sql = (
        "SELECT image_sha256, first(vector) AS vector FROM lake.embedding "
        "WHERE weights_sha256 = $1 AND pooling = $2 AND list_contains($3, image_sha256) GROUP BY 1"
    )
    rows = catalog.lake.rows(sql, [weights, pooling, images])
    return {row["image_sha256"]: np.asarray(row["vector"], dtype=np.float32) for row in rows}


def write_embeddings(catalog: Catalog, vectors: dict[str, np.ndarray], weights: str, pooling: str) -> int:
    """Keep vectors [d] by image hash; those that are there already stay as they are. Gives how many were new."""
    new = set(vectors) - set(known_embeddings(catalog, list(vectors), weights, pooling))
    if not new:
        return 0
    frame = pd.DataFrame({
        "image_sha256": sorted(new), "weights_sha256": weights, "pooling": pooling,
        "vector": [vectors[key].astype(np.float32).tolist() for key in sorted(new)], "created_at": utc_now(),
    })  # fmt: skip
    with catalog.lake.writing(f"embed {len(new)} images") as cursor:
        write_frame(cursor, "embedding", frame)
    return len(new)
