"""Every compound of the catalog once: name, structure and annotated targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

_COMPOUNDS = """
SELECT Metadata_InChIKey AS inchikey, coalesce(Metadata_Name, '') AS name, coalesce(Metadata_SMILES, '') AS smiles,
       coalesce(targets, []) AS targets
FROM lake.compound ORDER BY dataset <> $1, dataset, Metadata_InChIKey
"""


def read_compounds(catalog: Catalog, first: str) -> list[dict[str, Any]]:
    """inchikey, name, smiles ("" when unknown), targets, by key; the data set `first` says what it knows, then the others.

    What a data set says of its own compounds so stays the same when another one is imported.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in catalog.lake.rows(_COMPOUNDS, [first]):
        known = found.setdefault(row["inchikey"], row)
        for name in ("name", "smiles", "targets"):
            known[name] = known[name] or row[name]
    return [found[key] for key in sorted(found)]
