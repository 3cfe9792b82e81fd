"""Molecules and conformer ensembles in the lake; an ensemble's id is the hash of its request, so it is written once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.store import utc_now
from workbench.errors import UnknownNameError
from workbench.kernels.molecules import from_mapped_smiles
from workbench.nouns import ConformerEnsemble, Molecule

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.catalog.store import Catalog

_LIBRARY = """
SELECT key AS inchikey, coalesce(min(nullif(known_as, '')), '') AS name, min(structure) AS smiles FROM (
    SELECT Metadata_InChIKey AS key, name AS known_as, Metadata_SMILES AS structure FROM lake.molecule
    UNION ALL
    SELECT Metadata_InChIKey, Metadata_Name, Metadata_SMILES FROM lake.compound
) WHERE structure <> '' GROUP BY 1 ORDER BY lower(coalesce(min(nullif(known_as, '')), '')), 1
"""
_ENSEMBLES = """
SELECT e.ensemble_id, e.Metadata_InChIKey AS inchikey, e.name, e.engine, e.seed, e.n_conformers, e.energy_model,
       e.person, e.created_at, m.formula, m.smiles
FROM lake.ensemble e LEFT JOIN (
    SELECT Metadata_InChIKey AS inchikey, min(formula) AS formula, min(Metadata_SMILES) AS smiles
    FROM lake.molecule GROUP BY 1
) m ON m.inchikey = e.Metadata_InChIKey
WHERE $1 = '' OR e.Metadata_InChIKey = $1 ORDER BY e.created_at DESC LIMIT $2
"""
_NAME = """
SELECT min(name) FROM (
    SELECT name FROM lake.molecule WHERE Metadata_InChIKey = $1
    UNION ALL SELECT Metadata_Name FROM lake.compound WHERE Metadata_InChIKey = $1
) WHERE name <> ''
"""


def has_ensemble(catalog: Catalog, ensemble_id: str) -> bool:
    """Whether that request was answered before."""
    return bool(catalog.lake.value("SELECT count(*) FROM lake.ensemble WHERE ensemble_id = $1", [ensemble_id]))


def write_ensemble(catalog: Catalog, ensemble: ConformerEnsemble, person: str = "") -> str:
    """Keep an ensemble with its molecule and conformers in one transaction; the same id twice is once."""
    with catalog.lake.writing(f"conformers of {ensemble.molecule.smiles[:60]}", author=person) as cursor:
        known = "SELECT count(*) FROM lake.ensemble WHERE ensemble_id = $1"
        if cursor.execute(known, [ensemble.ensemble_id]).fetchone()[0]:
            return ensemble.ensemble_id
        _write_molecule(cursor, ensemble.molecule)
        _insert(cursor, "ensemble", {
            "ensemble_id": ensemble.ensemble_id, "Metadata_InChIKey": ensemble.molecule.inchikey,
            "mapped_smiles": ensemble.molecule.mapped_smiles, "name": ensemble.molecule.name,
            "engine": ensemble.engine, "seed": ensemble.seed, "n_conformers": len(ensemble),
            "energy_model": ensemble.energy_model, "report": json.dumps(ensemble.report), "person": person,
            "created_at": utc_now(),
        })  # fmt: skip
        rows = _conformer_table(ensemble)
        cursor.register("new_conformers", rows)
        cursor.execute(f"INSERT INTO lake.conformer ({', '.join(rows.column_names)}) SELECT * FROM new_conformers")
        cursor.unregister("new_conformers")
    return ensemble.ensemble_id


def read_ensemble(catalog: Catalog, ensemble_id: str) -> ConformerEnsemble:
    """One ensemble with positions, energies, weights and RMSD. Raises UnknownNameError."""
    rows = catalog.lake.rows("SELECT * FROM lake.ensemble WHERE ensemble_id = $1", [ensemble_id])
    if not rows:
        raise UnknownNameError(
            f"there is no conformer ensemble {ensemble_id!r}.",
            hint="See lab.molecules.ensembles() for those there are.",
        )
    row = rows[0]
    molecule = from_mapped_smiles(row["mapped_smiles"], row["name"] or "")
    sql = "SELECT * FROM lake.conformer WHERE ensemble_id = $1 ORDER BY i_conformer"
    found = catalog.lake.query(sql, [ensemble_id]).to_pydict()
    scored = bool(row["energy_model"])
    return ConformerEnsemble(
        ensemble_id=ensemble_id, molecule=molecule, engine=row["engine"], seed=row["seed"],
        positions=np.array(found["positions"], dtype=np.float32).reshape(-1, molecule.n_atoms, 3),
        energies=np.array(found["energy"], dtype=float) if scored else None, energy_model=row["energy_model"],
        weights=np.array(found["weight"], dtype=float) if scored else None,
        rmsd=np.array(found["rmsd"], dtype=np.float32),
        converged=np.array(found["converged"], dtype=bool) if scored else None,
        stereo_ok=np.array(found["stereo_ok"], dtype=bool), report=json.loads(row["report"] or "{}"),
    )  # fmt: skip


def list_ensembles(catalog: Catalog, inchikey: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Ensembles newest first: id, molecule, engine, seed, number of conformers, energy model, who, when."""
    return catalog.lake.rows(_ENSEMBLES, [inchikey, limit])


def molecule_library(catalog: Catalog) -> pa.Table:
    """Every compound with a structure: inchikey, name, smiles; sorted by name."""
    return catalog.lake.query(_LIBRARY)


def known_name(catalog: Catalog, inchikey: str) -> str:
    """The name the catalog has for a structure, or an empty text."""
    return str(catalog.lake.value(_NAME, [inchikey]) or "")


def _write_molecule(cursor: Any, molecule: Molecule) -> None:
    known = "SELECT count(*) FROM lake.molecule WHERE Metadata_InChIKey = $1"
    if cursor.execute(known, [molecule.inchikey]).fetchone()[0]:
        return
    _insert(cursor, "molecule", {
        "Metadata_InChIKey": molecule.inchikey, "Metadata_SMILES": molecule.smiles,
        "mapped_smiles": molecule.mapped_smiles, "formula": molecule.formula, "weight": molecule.weight,
        "charge": molecule.charge, "n_atoms": molecule.n_atoms, "name": molecule.name,
    })  # fmt: skip


def _insert(cursor: Any, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f"${name}" for name in row)
    cursor.execute(f"INSERT INTO lake.{table} ({names}) VALUES ({values})", row)


def _conformer_table(ensemble: ConformerEnsemble) -> pa.Table:
    import pyarrow as pa

    n = len(ensemble)
    empty = [None] * n

    def listed(values: np.ndarray | None) -> list[Any]:
        return empty if values is None else values.tolist()

    return pa.table({
        "ensemble_id": [ensemble.ensemble_id] * n,
        "i_conformer": pa.array(range(n), pa.int32()),
        "positions": pa.array(ensemble.positions.reshape(n, -1).tolist(), pa.list_(pa.float32())),
        "energy": pa.array(listed(ensemble.energies), pa.float64()),
        "weight": pa.array(listed(ensemble.weights), pa.float64()),
        "converged": pa.array(listed(ensemble.converged), pa.bool_()),
        "stereo_ok": pa.array(listed(ensemble.stereo_ok), pa.bool_()),
        "rmsd": pa.array(listed(ensemble.rmsd), pa.list_(pa.float32())),
    })  # fmt: skip
