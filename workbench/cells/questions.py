"""What can be asked of a task, and the one-row examples that stand for a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog.responses import perturbation_of
from workbench.cells.compound_features import split_unit
from workbench.cells.examples import Examples
from workbench.cells.predict import VirtualCell
from workbench.cells.sources import SPLIT_UNIT, is_second_reagent, read_features, strengths_of
from workbench.errors import UnknownNameError
from workbench.nouns import Context, Perturbation

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.training.recipe import Recipe

GENE_KINDS = ("over-expression", "knock-out", "knock-down", "activation")
_KNOWN = """
SELECT p.perturbation_id, p.kind, p.Metadata_Name, p.genes, p.compounds, p.dose_um, p.annotations,
       coalesce(s.role, 'train') AS role, coalesce(w.n, 0) AS n_wells
FROM lake.perturbation p
LEFT JOIN (SELECT perturbation_id, count(*) AS n FROM lake.well WHERE dataset = $1 GROUP BY 1) w
    ON w.perturbation_id = p.perturbation_id
LEFT JOIN lake.split s ON s.dataset = p.dataset AND s.split = 'virtual cell'
    AND s.unit = {unit}
WHERE p.dataset = $1 AND p.kind <> 'control' ORDER BY p.Metadata_Name, p.perturbation_id
"""
_HERE = "SELECT perturbation_id FROM lake.response WHERE dataset = $1 AND context_id = $2"
_LAB = "SELECT DISTINCT w.perturbation_id FROM lake.well w JOIN lake.dataset d USING (dataset) WHERE d.readout = $1"


def list_questions(catalog: Catalog, recipe: Recipe) -> pd.DataFrame:
    """Perturbations of a task: perturbation_id, name, gene, role (train, replay, held_out), measured (visible).

    A virtual cell of compounds can be asked about every other compound of the catalog too, whose role is "new".
    """
    import pandas as pd

    revealed = set(catalog.lake.query(_LAB, [recipe.task]).column(0).to_pylist())
    rows = [
        {
            "perturbation_id": row["perturbation_id"], "name": row["Metadata_Name"],
            "gene": (row["genes"] or [""])[0], "role": row["role"],
            "measured": row["role"] == "train" or row["perturbation_id"] in revealed, "n_wells": row["n_wells"],
        }
        for row in _known(catalog, recipe).values()
    ]  # fmt: skip
    if recipe.unit == "compound":
        rows += _new_compounds(catalog, recipe, {row["perturbation_id"] for row in rows})
    return pd.DataFrame(rows, columns=["perturbation_id", "name", "gene", "role", "measured", "n_wells"])


def find_question(catalog: Catalog, recipe: Recipe, perturbation_id: str) -> Perturbation:
    """The perturbation of an id. What was never done may be asked about too: a gene as `over-expression:GENE` where the
    virtual cell sees genes, a combination `A+B` of parts that were perturbed alone where it sees strengths.

    Raises UnknownNameError for anything else, saying what is missing.
    """
    known = _known(catalog, recipe)
    if perturbation_id in known:
        return perturbation_of(known[perturbation_id])
    kind, _, symbol = perturbation_id.partition(":")
    if recipe.shape == "strength" and "+" in perturbation_id:
        parts = perturbation_id.split("+")
        singles = {key for key, row in known.items() if row["kind"] != "combination"}
        absent = [part for part in parts if part not in singles]
        if absent:
            raise UnknownNameError(
                f"{' and '.join(absent)} was never measured alone in {recipe.dataset}, so {recipe.task} knows no effect of it.",
                hint=f"Combine some of: {', '.join(sorted(singles)[:12])}.",
            )
        named = [name for part in parts for name in strengths_of(known[part])]
        if len(set(named)) < len(named):
            raise UnknownNameError(
                f"{perturbation_id} holds one part twice.", hint="Ask about one dose of each, and different ones."
            )
        return Perturbation.of_parts(tuple(perturbation_of(known[part]) for part in parts))
    if recipe.of_compounds:
        return _find_compound(catalog, recipe, perturbation_id)
    if recipe.shape == "kernel" and "+" in perturbation_id:
        raise UnknownNameError(
            f"{recipe.task} has seen one gene at a time; {perturbation_id} is a combination.",
            hint="Ask about each gene, or a virtual cell of combinations.",
        )
    if recipe.shape == "kernel" and kind == recipe.perturbation_kind and symbol and "/" not in symbol:
        return Perturbation.of_gene(kind, symbol)
    if recipe.shape == "kernel" and kind in GENE_KINDS and symbol:
        raise UnknownNameError(
            f"{recipe.task} has seen {recipe.perturbation_kind} only; the effect of {kind} is not its opposite, nor told by it.",
            hint=f"Ask about {recipe.perturbation_kind}:{symbol}.",
        )
    other = f"{recipe.perturbation_kind}:GENE" if recipe.shape == "kernel" else "A+B of two that were perturbed alone"
    raise UnknownNameError(
        f"{recipe.task} cannot be asked about {perturbation_id!r}.",
        hint=f"Ask about a perturbation of {recipe.dataset} or {other}.",
    )


def _find_compound(catalog: Catalog, recipe: Recipe, perturbation_id: str) -> Perturbation:
    """A compound of the catalog, at a dose where the data set has doses."""
    features = read_features(catalog, recipe)
    kind, _, unit = perturbation_id.partition(":")
    key, dose = split_unit(unit)
    if kind != "compound" or "+" in perturbation_id or key not in features.index:
        raise UnknownNameError(
            f"{recipe.task} cannot be asked about {perturbation_id!r}: the catalog has no such compound.",
            hint="Ask about one compound by its InChIKey, as compound:KEY; a data set that holds it brings it in.",
        )
    if recipe.unit == "dose" and dose is None:
        raise UnknownNameError(
            f"{recipe.dataset} has doses; {perturbation_id} names none.", hint=f"Ask about compound:{key}@1, in µM."
        )
    if recipe.unit == "compound" and dose is not None:
        raise UnknownNameError(
            f"{recipe.dataset} gave each compound at one dose that its source does not tell; {dose:g} µM cannot be asked.",
            hint=f"Ask about compound:{key}.",
        )
    return Perturbation.of_compound(key, features.name(key), dose)


def _new_compounds(catalog: Catalog, recipe: Recipe, known: set[str]) -> list[dict[str, Any]]:
    """Compounds that other data sets bring, with a structure or a target to compare them by."""
    features = read_features(catalog, recipe)
    solvents = {
        key
        for row in catalog.lake.rows("SELECT compounds FROM lake.perturbation WHERE kind = 'control'")
        for key in row["compounds"] or ()
    }
    told = features.knows.any(axis=0)
    return [
        {"perturbation_id": f"compound:{key}", "name": features.names[i] or key, "gene": "", "role": "new",
         "measured": False, "n_wells": 0}
        for key, i in features.index.items()
        if told[i] and key not in solvents and f"compound:{key}" not in known
    ]  # fmt: skip


def as_example(cell: VirtualCell, catalog: Catalog, perturbation: Perturbation) -> Examples:
    """One row that stands for the question: its gene, or the strengths of its drugs."""
    examples = cell.fitted.examples
    gene = perturbation.genes[0] if perturbation.genes else ""
    unit = gene
    if cell.fitted.recipe.of_compounds:
        unit = perturbation.perturbation_id.removeprefix("compound:")
        unit = unit if cell.fitted.recipe.unit == "dose" else split_unit(unit)[0]
    drugs = np.zeros((1, examples.drugs.shape[1]))
    if cell.fitted.features is None:
        drugs[0] = _strengths(catalog, cell, perturbation.perturbation_id)
    return Examples(
        targets=np.zeros((1, examples.targets.shape[1])), perturbations=np.array([perturbation.perturbation_id]),
        names=np.array([perturbation.name]), genes=np.array([gene]), units=np.array([unit]),
        n_replicates=np.full(1, cell.usual_replicates), agreement=np.full(1, np.nan), readouts=examples.readouts, drugs=drugs,
        drug_names=examples.drug_names,
    )  # fmt: skip


def task_context(recipe: Recipe) -> Context:
    """The context a task answers in."""
    cell_line, time, medium = recipe.context_id.split("|")
    return Context(cell_line, float(time.removesuffix("h")) if time else None, medium)


def _strengths(catalog: Catalog, cell: VirtualCell, perturbation_id: str) -> np.ndarray:
    """Strength of each drug or gene of a condition [n_drugs]; of a new combination the sum of those of its parts."""
    known = _known(catalog, cell.fitted.recipe)
    asked = [perturbation_id] if perturbation_id in known else perturbation_id.split("+")
    found: dict[str, float] = {}
    for part in asked:
        for name, strength in strengths_of(known[part]).items():
            found[name] = found.get(name, 0.0) + strength
    absent = sorted(set(found) - set(cell.fitted.examples.drug_names))
    if absent:
        raise UnknownNameError(
            f"{cell.version_name} was trained without {', '.join(absent)}.", hint="Train again, or ask about another."
        )
    return np.array([found.get(drug, 0.0) for drug in cell.fitted.examples.drug_names])


def _known(catalog: Catalog, recipe: Recipe) -> dict[str, dict[str, Any]]:
    """Perturbations of the data set by id; of conditions those measured in the recipe's context."""
    rows = catalog.lake.rows(_KNOWN.format(unit=SPLIT_UNIT[recipe.unit]), [recipe.dataset])
    if recipe.shape == "strength":
        here = set(catalog.lake.query(_HERE, [recipe.dataset, recipe.context_id]).column(0).to_pylist())
        rows = [row for row in rows if row["perturbation_id"] in here and not is_second_reagent(row)]
    return {row["perturbation_id"]: row for row in rows}
