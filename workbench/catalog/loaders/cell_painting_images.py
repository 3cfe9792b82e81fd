"""Example fields of Cell Painting (CPJUMP1), five fluorescence channels."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.errors import InputError

NAME = re.compile(r"^(?P<name>.+)_r(?P<row>\d\d)c(?P<column>\d\d)f(?P<field>\d\d)_(?P<rest>.+)\.tif$")


@loader("cell_painting_images")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """One row a file: treatment and well from the name, channels in the entry's order, size from the file."""
    compounds: dict[str, str] = entry.options["compounds"]
    rows = []
    for file, path in files.items():
        match = NAME.match(file)
        if match is None:
            raise InputError(f"{file} is not named like NAME_r04c14f05_….tif.", where=str(path))
        with Image.open(path) as image:
            width, height = image.size
            n_channels = getattr(image, "n_frames", 1)
        well = f"{chr(64 + int(match['row']))}{match['column']}"
        key = compounds[match["name"]]
        rows.append(
            {
                "image_id": file.removesuffix(".tif"), "Metadata_Plate": None, "Metadata_Well": well,
                "site": match["field"], "height": height, "width": width, "file": file, "sha256": entry.files[file],
                "perturbation_id": "control:DMSO" if match["name"] == "DMSO" else f"compound:{key}",
                "channels": entry.options["channels"][:n_channels], "annotations": "{}",
            }
        )  # fmt: skip
    batch.add("image", rows)
