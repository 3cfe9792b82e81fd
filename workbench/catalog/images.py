"""Images: rows in the lake, pixels from the bundled or mirrored files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog.entries import find_entry, locate_files
from workbench.catalog.image_files import read_pixels
from workbench.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    import numpy as np

    from workbench.catalog.store import Catalog

COLUMNS = ("dataset", "perturbation_id", "plate", "well")


def find_images(catalog: Catalog, **where: str | None) -> list[dict[str, Any]]:
    """Images that match dataset, perturbation_id, plate and well, as far as given."""
    unknown = set(where) - set(COLUMNS)
    if unknown:
        raise InputError(f"images cannot be found by {', '.join(sorted(unknown))}.", hint=f"Use {', '.join(COLUMNS)}.")
    names = {"plate": "Metadata_Plate", "well": "Metadata_Well"}
    given = {names.get(key, key): value for key, value in where.items() if value is not None}
    clause = " AND ".join(f"{column} = ${i}" for i, column in enumerate(given, start=1)) or "true"
    return catalog.lake.rows(f"SELECT * FROM lake.image WHERE {clause} ORDER BY image_id", list(given.values()))


def read_image(catalog: Catalog, image_id: str) -> tuple[np.ndarray, list[str]]:
    """Pixels [n_channels, height, width] and channel names. Raises UnknownNameError."""
    rows = catalog.lake.rows("SELECT * FROM lake.image WHERE image_id = $1", [image_id])
    if not rows:
        raise UnknownNameError(f"there is no image {image_id!r}.")
    entry = find_entry(catalog.settings, rows[0]["dataset"])
    path = locate_files(catalog.settings, entry)[rows[0]["file"]]
    return read_pixels(path), list(rows[0]["channels"])
