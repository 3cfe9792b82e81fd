"""A few hundred real drug molecules (the JUMP target compounds), as molecules for the Molecules page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.catalog.batch import Batch
from workbench.catalog.entries import Entry
from workbench.catalog.loaders import loader
from workbench.errors import InputError


@loader("drug_molecules")
def load(entry: Entry, files: dict[str, Path], batch: Batch) -> None:
    """Structures with formula, weight and charge; a SMILES that does not parse goes to the rejects."""
    from workbench.kernels.molecules import parse_smiles

    (path,) = files.values()
    frame = pd.read_parquet(path).drop_duplicates("InChIKey")
    rows = []
    for number, row in enumerate(frame.itertuples(index=False), start=1):
        try:
            molecule = parse_smiles(row.smiles, name=row.pert_iname)
        except InputError as error:
            batch.reject(path.name, number, "smiles", str(row.smiles), error.message)
            continue
        rows.append(
            {
                "Metadata_InChIKey": molecule.inchikey, "Metadata_SMILES": molecule.smiles,
                "mapped_smiles": molecule.mapped_smiles, "formula": molecule.formula, "weight": molecule.weight,
                "charge": molecule.charge, "n_atoms": molecule.n_atoms, "name": molecule.name,
            }
        )  # fmt: skip
    batch.add("molecule", rows)
