"""The two questions everybody asks: what does it do, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.catalog import networks
from workbench.cells import explain as claims
from workbench.cells.predict import answer, decompose
from workbench.cells.questions import as_example, find_question, task_context
from workbench.cells.versions import current_cell, named_cell
from workbench.nouns import Explanation, Prediction
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


def ask(catalog: Catalog, task: str, perturbation_id: str, prediction_id: str) -> Prediction:
    """What the promoted virtual cell of a task predicts. Raises UnknownNameError for an unknown task or question."""
    recipe = read_recipe(task)
    perturbation = find_question(catalog, recipe, perturbation_id)
    cell = current_cell(catalog, task)
    return answer(cell, as_example(cell, catalog, perturbation), perturbation, task_context(recipe), prediction_id)


def explain(catalog: Catalog, prediction: Prediction) -> Explanation:
    """Claims about one prediction by the version that made it, with the exact weights of its evidence."""
    cell = named_cell(catalog, prediction.model_version)
    asked = as_example(cell, catalog, prediction.perturbation)
    weights, residual = decompose(cell, asked)
    examples = cell.fitted.examples
    order = np.argsort(-np.abs(weights), kind="stable")
    exact = tuple(
        {"perturbation_id": str(examples.perturbations[i]), "name": str(examples.names[i]), "weight": float(weights[i])}
        for i in order
        if weights[i] != 0
    )
    found = [claims.evidence_claim(prediction)]
    if prediction.perturbation.genes:
        found += claims.relation_claims(prediction, _neighbours(catalog, prediction))
    for collection in cell.fitted.recipe.collections:
        found += claims.gene_set_claims(prediction, networks.read_gene_sets(catalog, collection))
    return Explanation(prediction.prediction_id, tuple(found), exact, residual)


def _neighbours(catalog: Catalog, prediction: Prediction) -> dict[str, dict[str, str]]:
    """Network -> partner -> evidence of every relation of the perturbed genes."""
    found: dict[str, dict[str, str]] = {}
    for gene in prediction.perturbation.genes:
        for row in networks.relations_of(catalog, gene).itertuples(index=False):
            if row.directed and row.source != gene:
                continue  # only what the gene acts on can answer to it
            partner = row.target if row.source == gene else row.source
            if partner != gene:
                found.setdefault(row.network, {})[partner] = row.evidence or row.network
    return found
