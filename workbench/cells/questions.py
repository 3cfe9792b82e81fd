"""What can be asked of a task, and the one-row examples that stand for a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.catalog.responses import perturbation_of
from workbench.cells.examples import Examples
from workbench.cells.predict import VirtualCell
from workbench.errors import UnknownNameError
from workbench.nouns import Context, Perturbation

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog
    from workbench.training.recipe import Recipe

_KNOWN = """
SELECT p.perturbation_id, p.kind, p.Metadata_Name, p.genes, p.compounds, p.dose_um, coalesce(s.role, 'train') AS role,
       coalesce(w.n, 0) AS n_wells
FROM lake.perturbation p
LEFT JOIN (SELECT perturbation_id, count(*) AS n FROM lake.well WHERE dataset = $1 GROUP BY 1) w
    ON w.perturbation_id = p.perturbation_id
LEFT JOIN lake.split s ON s.dataset = p.dataset AND s.split = 'virtual cell'
    AND s.unit = CASE WHEN p.kind = 'combination' THEN p.perturbation_id ELSE p.genes[1] END
WHERE p.dataset = $1 AND p.kind <> 'control' ORDER BY p.Metadata_Name, p.perturbation_id
"""
_LAB = "SELECT DISTINCT w.perturbation_id FROM lake.well w JOIN lake.dataset d USING (dataset) WHERE d.readout = $1"


def list_questions(catalog: Catalog, recipe: Recipe) -> pd.DataFrame:
    """Perturbations of a task: perturbation_id, name, gene, role (train, replay, held_out), measured (visible)."""
    import pandas as pd

    revealed = set(catalog.lake.query(_LAB, [recipe.task]).column(0).to_pylist())
    rows = [
        {
            "perturbation_id": row["perturbation_id"], "name": row["Metadata_Name"],
            "gene": (row["genes"] or [""])[0], "role": row["role"],
            "measured": row["role"] == "train" or row["perturbation_id"] in revealed, "n_wells": row["n_wells"],
        }
        for row in catalog.lake.rows(_KNOWN, [recipe.dataset])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["perturbation_id", "name", "gene", "role", "measured", "n_wells"])


def find_question(catalog: Catalog, recipe: Recipe, perturbation_id: str) -> Perturbation:
    """The perturbation of an id; a gene that was never perturbed may be asked about as `over-expression:GENE`.

    Raises UnknownNameError for anything else.
    """
    for row in catalog.lake.rows(_KNOWN, [recipe.dataset]):
        if row["perturbation_id"] == perturbation_id:
            return perturbation_of(row)
    kind, _, symbol = perturbation_id.partition(":")
    if recipe.shape == "kernel" and kind == recipe.perturbation_kind and symbol and "/" not in symbol:
        return Perturbation.of_gene(kind, symbol)
    raise UnknownNameError(
        f"{recipe.task} cannot be asked about {perturbation_id!r}.",
        hint=f"Ask about {recipe.perturbation_kind}:GENE or a perturbation of {recipe.dataset}.",
    )


def as_example(cell: VirtualCell, catalog: Catalog, perturbation: Perturbation) -> Examples:
    """One row that stands for the question: its gene, or the strengths of its drugs."""
    examples = cell.fitted.examples
    gene = perturbation.genes[0] if perturbation.genes else ""
    drugs = np.zeros((1, examples.drugs.shape[1]))
    if cell.fitted.features is None:
        drugs[0] = _strengths(catalog, cell, perturbation.perturbation_id)
    return Examples(
        targets=np.zeros((1, examples.targets.shape[1])), perturbations=np.array([perturbation.perturbation_id]),
        names=np.array([perturbation.name]), genes=np.array([gene]), units=np.array([gene]),
        n_replicates=np.full(1, cell.usual_replicates), agreement=np.full(1, np.nan), readouts=examples.readouts, drugs=drugs,
        drug_names=examples.drug_names,
    )  # fmt: skip


def task_context(recipe: Recipe) -> Context:
    """The context a task answers in."""
    cell_line, time, medium = recipe.context_id.split("|")
    return Context(cell_line, float(time.removesuffix("h")) if time else None, medium)


def _strengths(catalog: Catalog, cell: VirtualCell, perturbation_id: str) -> np.ndarray:
    import json

    sql = "SELECT annotations FROM lake.perturbation WHERE dataset = $1 AND perturbation_id = $2"
    text = catalog.lake.value(sql, [cell.fitted.recipe.dataset, perturbation_id])
    known = json.loads(text)["strengths"]
    return np.array([known.get(drug, 0.0) for drug in cell.fitted.examples.drug_names])
