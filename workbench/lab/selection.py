"""What is special about a selection on a map: units, annotations, over-representation, names of clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import networks
from workbench.kernels.density import hills
from workbench.phenomics.confounding import few_cells
from workbench.phenomics.enrich import Membership, enrich

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.nouns import Map

IDENTITIES = ("kind", "gene", "compound", "allele")
MOST_CLUSTERS = 16
SURE = 0.05


@dataclass(frozen=True, eq=False)
class Annotations:
    """Units of a map (its genes or compounds, each once) and what is known of them, by source.

    unit_of_row [n_entities] int; names [n_units]; kind: what a unit is.
    """

    unit_of_row: np.ndarray
    names: np.ndarray
    kind: str
    sources: dict[str, Membership]


def annotations_of(catalog: Catalog, map_: Map) -> Annotations:
    """Gene sets of every collection, and the text columns of the map, as memberships of its units."""
    import pandas as pd

    kind = next((name for name in ("gene", "compound") if _has(map_, name)), map_.entity_kind)
    identity = map_.columns.get(kind)
    texts = np.asarray(map_.entities, dtype=object) if identity is None else np.asarray(identity).astype(object)
    texts = np.where(texts == "", np.asarray(map_.entities, dtype=object), texts)
    unit_of_row, names = pd.factorize(texts)
    sources = {}
    for name, column in map_.columns.items():
        if name not in IDENTITIES and np.asarray(column).dtype.kind in "UO":
            found = _by_column(np.asarray(column), unit_of_row)
            if len(found.names) > 1:
                sources[name.replace("_", " ")] = found
    if kind == "gene":
        sources |= _by_gene_set(catalog, [str(name) for name in names])
    return Annotations(unit_of_row, np.asarray(names, dtype=str), kind, sources)


def over_represented(annotations: Annotations, rows: np.ndarray) -> pd.DataFrame:
    """Every set with a member in the selection, most surprising first.

    rows [n_selected] of the map. Columns source, set, n_selected, n_on_map, expected, fold, p, q, members; `attrs` say
    how many units were drawn from how many. q is by Benjamini-Hochberg over all sets of all sources together.
    """
    import pandas as pd

    from workbench.kernels.permutation import benjamini_hochberg

    is_selected = np.zeros(len(annotations.names), dtype=bool)
    is_selected[annotations.unit_of_row[rows]] = True
    parts = []
    for source, membership in annotations.sources.items():
        found = enrich(is_selected, membership)
        names = np.array(membership.names, dtype=object)[found.set_number] if len(membership.names) else []
        parts.append(pd.DataFrame({
            "source": source, "set": names, "n_selected": found.n_selected, "n_on_map": found.n_on_map,
            "expected": found.expected, "fold": found.fold, "p": found.p, "set_number": found.set_number,
        }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["source", "set", "n_selected", "p"])
    table["q"] = benjamini_hochberg(table["p"].to_numpy(dtype=float))
    n_tested = len(table)
    table = table[table["n_selected"] > 0].sort_values(["p", "source", "set"], kind="stable").reset_index(drop=True)
    table["members"] = [
        _members(annotations, row.source, row.set_number, is_selected) if i < 50 else ""
        for i, row in enumerate(table.itertuples())
    ]
    table = table.drop(columns=["set_number"], errors="ignore")
    table.attrs = {
        "n_selected": int(is_selected.sum()), "n_on_map": len(is_selected), "n_tested": n_tested,
        "unit": annotations.kind,
    }  # fmt: skip
    return table


def clusters_of(map_: Map, annotations: Annotations) -> list[dict[str, Any]]:
    """Hills of points in the picture: name, rows, n, q; named by the most over-represented annotation, else by size.

    Clusters of a picture are a reading aid; what is similar is read from the vectors.
    """
    hill = hills(map_.layout, smallest=max(3, len(map_) // 200))
    found = []
    for i in range(min(int(hill.max(initial=-1)) + 1, MOST_CLUSTERS)):
        rows = np.flatnonzero(hill == i)
        table = over_represented(annotations, rows) if annotations.sources else None
        named = table is not None and len(table) > 0 and table["q"][0] < SURE and table["n_selected"][0] >= 2
        found.append({
            "name": str(table["set"][0]) if named else f"{len(rows):,} points", "rows": rows, "n": len(rows),
            "source": str(table["source"][0]) if named else "", "q": float(table["q"][0]) if named else float("nan"),
        })  # fmt: skip
    return found


def cautions(map_: Map, row: int, rows: np.ndarray) -> list[str]:
    """What else could make an entity and its neighbours `rows` [k] alike: few cells in both, one chromosome arm.

    Few is the lowest tenth of the map's cell counts. Arms are compared only where the map has a column
    `chromosome_arm`. How far either moves a whole map: `phenomics.confounding`.
    """
    found = [""] * len(rows)
    counts = map_.columns.get("cell_count")
    if counts is not None and np.isfinite(np.asarray(counts, dtype=float)).any():
        few = few_cells(counts)
        found = ["few cells in both" if few[row] and few[i] else "" for i in rows]
    arms = map_.columns.get("chromosome_arm")
    if arms is not None and str(arms[row]):
        same = [str(arms[i]) == str(arms[row]) for i in rows]
        found = [", ".join(filter(None, [text, "same arm" if is_same else ""])) for text, is_same in
                 zip(found, same, strict=True)]  # fmt: skip
    return found


def _has(map_: Map, name: str) -> bool:
    column = map_.columns.get(name)
    return column is not None and bool((np.asarray(column).astype(str) != "").any())


def _by_column(column: np.ndarray, unit_of_row: np.ndarray) -> Membership:
    """Units by the text in a column; a unit with several rows counts once a text."""
    import pandas as pd

    codes, names = pd.factorize(column.astype(object))
    pairs = pd.DataFrame({"unit": unit_of_row, "set": codes})[column != ""].drop_duplicates()
    return Membership(pairs["unit"].to_numpy(), pairs["set"].to_numpy(), tuple(str(name) for name in names))


def _by_gene_set(catalog: Catalog, symbols: list[str]) -> dict[str, Membership]:
    table = networks.memberships(catalog, symbols).to_pandas()
    place = {symbol: i for i, symbol in enumerate(symbols)}
    sources = {}
    for collection, rows in table.groupby("collection", sort=True):
        codes, names = rows["gene_set"].factorize()
        units = rows["symbol"].map(place).to_numpy(dtype=np.int64)
        sources[str(collection)] = Membership(units, codes, tuple(str(name) for name in names))
    return sources


def _members(annotations: Annotations, source: str, number: int, is_selected: np.ndarray) -> str:
    membership = annotations.sources[source]
    units = membership.unit_of[membership.set_of == number]
    return ", ".join(sorted(annotations.names[units[is_selected[units]]])[:40])
