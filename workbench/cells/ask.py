"""The two questions everybody asks: what does it do, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.cells import explain as claims
from workbench.cells.counterfactual import counterfactuals
from workbench.cells.examples import Examples
from workbench.cells.explain_network import mechanism_network
from workbench.cells.explain_refute import best_refutation
from workbench.cells.explain_signs import agreement, read_sign_test, sign_claim
from workbench.cells.features import GeneKernels
from workbench.cells.mechanism import Mechanisms, read_mechanisms
from workbench.cells.planted import DATASET as PLANTED
from workbench.cells.planted import with_planted_truth
from workbench.cells.predict import VirtualCell, answer, decompose
from workbench.cells.questions import as_example, find_question, task_context
from workbench.cells.versions import current_cell, named_cell
from workbench.errors import UnknownNameError
from workbench.nouns import Explanation, Prediction
from workbench.training.recipe import read_recipe

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


def ask(
    catalog: Catalog, task: str, perturbation_id: str, prediction_id: str, version: str | None = None
) -> Prediction:
    """What the promoted virtual cell of a task, or a named version of it, predicts.

    Raises UnknownNameError for an unknown task, question or version.
    """
    recipe = read_recipe(task)
    perturbation = find_question(catalog, recipe, perturbation_id)
    cell = find_cell(catalog, task, version)
    return answer(cell, as_example(cell, catalog, perturbation), perturbation, task_context(recipe), prediction_id)


def find_cell(catalog: Catalog, task: str, version: str | None = None) -> VirtualCell:
    """The promoted virtual cell of a task, or a version of it by name. Raises UnknownNameError for one of another task."""
    cell = named_cell(catalog, version) if version else current_cell(catalog, task)
    if cell.fitted.recipe.task != task:
        raise UnknownNameError(f"{version} does not answer {task}.", hint=f"It answers {cell.fitted.recipe.task}.")
    return cell


def explain(catalog: Catalog, prediction: Prediction) -> Explanation:
    """Claims about one prediction by the version that made it, with the exact weights of its evidence."""
    cell = named_cell(catalog, prediction.model_version)
    asked, recipe = as_example(cell, catalog, prediction.perturbation), cell.fitted.recipe
    of_genes = isinstance(cell.fitted.features, GeneKernels)
    mechanisms = read_mechanisms(catalog, recipe.collections) if of_genes else None
    signs = read_sign_test(catalog, recipe, mechanisms) if mechanisms is not None else {}
    found = explain_with(cell, asked, prediction, mechanisms, signs)
    return replace(found, network=with_planted_truth(catalog, found.network)) if recipe.dataset == PLANTED else found


def explain_with(
    cell: VirtualCell, asked: Examples, prediction: Prediction, mechanisms: Mechanisms | None, signs: dict[str, Any]
) -> Explanation:
    """The explanation by these networks (None for a model that sees no genes) and this test of path signs."""
    if prediction.is_refused:
        return Explanation(prediction.prediction_id, (), (), 0.0)  # nothing was said, so there is nothing to explain
    examples, genes = cell.fitted.examples, prediction.perturbation.genes
    weights, residual = decompose(cell, asked)
    order = np.argsort(-np.abs(weights), kind="stable")
    exact = tuple(
        {"perturbation_id": str(examples.perturbations[i]), "name": str(examples.names[i]), "weight": float(weights[i])}
        for i in order
        if weights[i] != 0
    )
    measured = measured_change(examples, prediction)
    moved = claims.Moved.of(prediction, measured)
    tests = claim_tests(cell, asked, prediction, moved, mechanisms)
    network = {} if mechanisms is None or not genes else mechanism_network(prediction, moved, mechanisms, measured)
    settled = claims.settle(tests, shown_sets(mechanisms))
    found = [
        replace(claim, refuted_by=best_refutation(test, prediction, is_measured=measured is not None))
        if claim.verdict == "supported" else claim
        for claim, test in settled
    ]  # fmt: skip
    if signs and mechanisms is not None:
        here = agreement(prediction, moved.predicted, mechanisms) if genes and signs["beats"] else (0, 0)
        found.append(sign_claim(signs, f"C{len(found) + 1}", here))
    partners = [node["gene"] for node in network.get("nodes", ())]
    if mechanisms is not None and genes:
        partners += [
            str(name)
            for other in mechanisms.partners
            for name in mechanisms.names[mechanisms.partners_of(other, genes)]
        ]
    again = counterfactuals(cell, asked, prediction, partners)
    return Explanation(prediction.prediction_id, tuple(found), exact, residual, network, tuple(again), signs)


def claim_tests(
    cell: VirtualCell, asked: Examples, prediction: Prediction, moved: claims.Moved, mechanisms: Mechanisms | None
) -> list[claims.Finding]:
    """Everything that is tested for one prediction, before verdicts."""
    examples, genes = cell.fitted.examples, prediction.perturbation.genes
    found = [claims.evidence_test(prediction, examples.agreement)]
    if cell.fitted.features is None and not genes:
        found.append(claims.shared_part_test(prediction, _shares_a_drug(examples, asked)))
    if mechanisms is not None and genes and moved.predicted:
        given = _given(cell)
        found += claims.network_tests(prediction, moved, mechanisms, given)
        for name, sets in mechanisms.sets.items():
            found += claims.set_tests(name, sets, moved, note=claims.note({name}, given))
        found += claims.regulon_tests(moved, mechanisms, note=claims.note(set(), given))
    return [test for test in found if test is not None]


def shown_sets(mechanisms: Mechanisms | None) -> dict[str, int]:
    """How many claims of each collection are shown."""
    return dict.fromkeys((*(mechanisms.sets if mechanisms is not None else ()), claims.REGULONS), claims.MAX_SETS)


def measured_change(examples: Examples, prediction: Prediction) -> np.ndarray | None:
    """What the model saw measured for the question [n_readouts]: its own row, or the mean of the gene's; None without any."""
    rows = examples.perturbations == prediction.perturbation.perturbation_id
    if (
        not rows.any()
        and len(prediction.perturbation.genes) == 1
        and "/" not in prediction.perturbation.perturbation_id
    ):
        rows = examples.genes == prediction.perturbation.genes[0]
    return examples.targets[rows].mean(axis=0) if rows.any() else None


def _shares_a_drug(examples: Examples, asked: Examples) -> np.ndarray:
    return (examples.drugs[:, asked.drugs[0] != 0] != 0).any(axis=1)


def _given(cell: VirtualCell) -> frozenset[str]:
    """Networks and collections that the model was trained with."""
    features = cell.fitted.features
    known = (*features.networks, *features.signed) if features is not None else ()
    return frozenset((*known, *cell.fitted.recipe.collections))
