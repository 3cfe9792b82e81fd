"""From the catalog to a virtual cell's examples and features, as the recipe asks."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import networks
from workbench.catalog.compounds import read_compounds
from workbench.catalog.responses import readouts_of
from workbench.catalog.splits import read_split, write_split
from workbench.catalog.training_sets import TaskWells, read_task_wells
from workbench.cells.compound_features import CompoundKernels, Features, split_unit
from workbench.cells.examples import Examples, control_half, from_wells
from workbench.cells.features import GeneKernels, SignedEdge
from workbench.errors import UnknownNameError
from workbench.evaluation.split import assign_roles
from workbench.kernels.response import MIN_CONTROLS

if TYPE_CHECKING:
    from workbench.catalog.lake import Lake
    from workbench.catalog.store import Catalog
    from workbench.training.recipe import Recipe

SPLIT = "virtual cell"
SPLIT_UNIT = {  # what must not be split, of a row p of lake.perturbation; single parts of combinations never are
    "gene": "p.genes[1]", "condition": "p.perturbation_id", "compound": "p.compounds[1]",
    "dose": "substr(p.perturbation_id, length('compound:') + 1)",
}  # fmt: skip
MAX_KEPT = 4
_STAMP = """
SELECT string_agg(dataset || sha256, '|' ORDER BY dataset, sha256) FROM lake.dataset
WHERE modality IN ('relations', 'gene sets') OR simulated
"""
_COMPOUND_STAMP = """
SELECT string_agg(dataset || n, '|' ORDER BY dataset) FROM (SELECT dataset, count(*) AS n FROM lake.compound GROUP BY 1)
"""
_features: dict[tuple, Features] = {}
_building = threading.Lock()


def ensure_split(catalog: Catalog, recipe: Recipe) -> dict[str, str]:
    """The role of every unit; drawn once with the recipe's shares and seed, then read."""
    roles = read_split(catalog, recipe.dataset, SPLIT)
    if not roles:
        roles = assign_roles(_units(catalog, recipe), recipe.split, recipe.seed)
        write_split(catalog, recipe.dataset, SPLIT, roles, recipe.seed)
    return roles


def read_examples(
    catalog: Catalog, recipe: Recipe, roles: tuple[str, ...], *, lab: bool = False, lake: Lake | None = None,
    controls: str = "",
) -> Examples:  # fmt: skip
    """Examples whose unit has one of the roles, and with `lab` also every result of the queue for this task.

    Training units are taken against the even control wells of each plate, held-out ones against the odd, unless
    `controls` says which. Conditions without wells have one kind of control.
    """
    role_of = ensure_split(catalog, recipe)
    if recipe.shape == "strength":
        return _condition_examples(lake or catalog.lake, recipe, role_of, roles)
    wells = read_task_wells(
        lake or catalog.lake, recipe.dataset, recipe.task, recipe.context_id, in_control_sd=recipe.in_control_sd
    )
    units = units_of(wells, recipe)
    role = np.array([role_of.get(unit, "") for unit in units])
    half = control_half(wells.plates, wells.is_control, controls or ("odd" if "held_out" in roles else "even"))
    if controls == "odd":  # a plate with three controls has only one left: its training half then serves again
        even = control_half(wells.plates, wells.is_control, "even")
        counts = {plate: half[wells.plates == plate].sum() for plate in np.unique(wells.plates)}
        half = np.where([counts[plate] < MIN_CONTROLS for plate in wells.plates], even, half)
    visible = np.where(wells.is_control, half, np.isin(role, roles))
    visible = np.where(wells.is_lab, lab, visible)
    examples = from_wells(
        wells.values[visible], wells.plates[visible], wells.perturbations[visible], wells.names[visible],
        wells.genes[visible], wells.is_control[visible], wells.readouts, units=units[visible], clip=recipe.clip,
    )  # fmt: skip
    return examples.take(examples.units != "")


def units_of(wells: TaskWells, recipe: Recipe) -> np.ndarray:
    """What must not be split, of each well [n_wells]: its gene, its compound, or its compound at a dose; "" for none."""
    if not recipe.of_compounds:
        return wells.genes
    if recipe.unit == "dose":
        return wells.compounds
    return np.array([split_unit(unit)[0] for unit in wells.compounds])


def read_features(catalog: Catalog, recipe: Recipe) -> Features:
    """Kernels over the recipe's networks and gene sets, or over compounds; kept in the process until one of the sources
    is imported anew.

    Raises UnknownNameError when none of the networks is imported.
    """
    stamp = catalog.lake.value(_STAMP) or ""
    key = (str(catalog.settings.home), recipe.networks, recipe.collections, recipe.signed_networks, stamp)
    if recipe.of_compounds:
        key = (str(catalog.settings.home), recipe.dataset, catalog.lake.value(_COMPOUND_STAMP) or "")
    with _building:
        if key not in _features:
            while len(_features) >= MAX_KEPT:
                _features.pop(next(iter(_features)))
            build = _build_compounds if recipe.of_compounds else _build_features
            _features[key] = build(catalog, recipe)
        return _features[key]


def forget_features() -> None:
    """Drop the kernels kept in the process, so that the next question reads the networks anew."""
    with _building:
        _features.clear()


def _build_compounds(catalog: Catalog, recipe: Recipe) -> CompoundKernels:
    rows = read_compounds(catalog, recipe.dataset)
    columns = ("inchikey", "name", "smiles", "targets")
    return CompoundKernels.build(*([row[name] for row in rows] for name in columns))


def _build_features(catalog: Catalog, recipe: Recipe) -> GeneKernels:
    edges = networks.read_edges(catalog, list(recipe.networks))
    if not edges.num_rows:
        raise UnknownNameError(
            f"{recipe.task} needs one of the networks {', '.join(recipe.networks)}; none is imported.",
            hint="Run `workbench setup`.",
        )
    pairs = list(zip(edges.column("source").to_pylist(), edges.column("target").to_pylist(), strict=True))
    sets = {
        f"{collection}: {name}": genes
        for collection in recipe.collections
        for name, genes in networks.read_gene_sets(catalog, collection).items()
    }
    present = tuple(sorted(set(edges.column("network").to_pylist())))
    signed: dict[str, list[SignedEdge]] = {name: [] for name in recipe.signed_networks}
    for row in networks.read_edges(catalog, list(recipe.signed_networks)).to_pylist():
        signed[row["network"]].append((row["source"], row["target"], int(row["sign"] or 0)))
    return GeneKernels.build(pairs, sets, present, {name: edges for name, edges in signed.items() if edges})


def _units(catalog: Catalog, recipe: Recipe) -> list[str]:
    """Genes or compounds of the data set, or its combinations (single drugs are always for training)."""
    if recipe.shape == "strength":
        sql = "SELECT perturbation_id AS unit FROM lake.perturbation WHERE dataset = $1 AND kind = 'combination'"
    elif recipe.of_compounds:
        unit = SPLIT_UNIT[recipe.unit]
        sql = f"SELECT DISTINCT {unit} AS unit FROM lake.perturbation p WHERE dataset = $1 AND kind = 'compound'"
    else:
        sql = "SELECT DISTINCT unnest(genes) AS unit FROM lake.perturbation WHERE dataset = $1 AND kind <> 'control'"
    return catalog.lake.query(f"SELECT unit FROM ({sql}) ORDER BY unit", [recipe.dataset]).column(0).to_pylist()


def _condition_examples(lake: Lake, recipe: Recipe, role_of: dict[str, str], roles: tuple[str, ...]) -> Examples:
    rows = lake.rows(
        "SELECT r.perturbation_id, p.Metadata_Name AS name, p.genes, r.delta, r.agreement, p.annotations "
        "FROM lake.response r JOIN lake.perturbation p USING (dataset, perturbation_id) "
        "WHERE r.dataset = $1 AND r.context_id = $2 AND p.kind <> 'control' ORDER BY r.perturbation_id",
        [recipe.dataset, recipe.context_id],
    )
    if not rows:
        raise UnknownNameError(f"{recipe.dataset} is not imported.", hint="Run `workbench setup`.")
    rows = [row for row in rows if not is_second_reagent(row)]
    strengths = [strengths_of(row) for row in rows]
    drugs = tuple(sorted({name for item in strengths for name in item}))
    features = lake.query("SELECT feature FROM lake.feature WHERE dataset = $1 ORDER BY i_feature", [recipe.dataset])
    ids = np.array([row["perturbation_id"] for row in rows])
    n = len(rows)
    agreement = np.array([np.nan if row["agreement"] is None else row["agreement"] for row in rows], dtype=float)
    examples = Examples(
        np.array([row["delta"] for row in rows], dtype=float), ids, np.array([row["name"] for row in rows]),
        np.full(n, ""), ids, np.ones(n), agreement, tuple(features.column(0).to_pylist()),
        np.array([[item.get(drug, 0.0) for drug in drugs] for item in strengths]), drugs,
    )  # fmt: skip
    role = np.array([role_of.get(key, "train") for key in ids])
    return examples.take(np.isin(role, roles))


def strengths_of(row: dict[str, Any]) -> dict[str, float]:
    """Strength of each part of a condition: as its data set gives it, else 1 for each gene that is perturbed.

    row: genes and annotations (JSON) of lake.perturbation.
    """
    given = json.loads(row["annotations"] or "{}").get("strengths")
    return given if given is not None else dict.fromkeys(row["genes"] or (), 1.0)


def is_second_reagent(row: dict[str, Any]) -> bool:
    """A gene by a named reagent (two guides of it), beside the gene itself: another measurement of the same single."""
    return bool(row["genes"]) and "/" in row["perturbation_id"]


def readouts(catalog: Catalog, recipe: Recipe) -> tuple[str, ...]:
    """Names of the readouts of a task."""
    return readouts_of(catalog, recipe.dataset)
