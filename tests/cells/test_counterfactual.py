"""What would change the answer: refits without evidence are exact, and a removed edge or set changes what rests on it."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from workbench.cells import counterfactual
from workbench.cells.calibrate import Calibration
from workbench.cells.fit import fit
from workbench.cells.predict import VirtualCell, answer
from workbench.nouns import Context, Perturbation


@pytest.fixture(scope="module")
def asked_cell(recipe, examples, features):
    fitted = fit(recipe, examples, features)
    cell = VirtualCell(fitted, Calibration.alike(np.full(30, 0.5), 0.9), "v1", "v", 1, "0")
    asked = examples.take([18])._replace(
        genes=np.array(["G19"]), units=np.array(["G19"]), perturbations=np.array(["over-expression:G19"])
    )
    said = answer(cell, asked, Perturbation.of_gene("over-expression", "G19"), Context("X"), "p")
    return cell, asked, said


def test_leaving_a_row_out_in_closed_form_is_a_refit_without_it(asked_cell):
    cell, asked, _ = asked_cell
    found = counterfactual.without_each(cell.fitted, asked)
    again = [counterfactual.refitted_without(cell.fitted, asked, np.array([i])) for i in range(19)]
    np.testing.assert_allclose(found, again, atol=1e-10)


def test_influence_ranks_the_evidence_as_refits_do(asked_cell):
    cell, asked, said = asked_cell
    change = np.linalg.norm(counterfactual.without_each(cell.fitted, asked) - said.delta, axis=1)
    assert spearmanr(counterfactual.influence(cell.fitted, asked), change).statistic > 0.9


def test_removing_the_module_s_evidence_takes_the_prediction_away(asked_cell):
    """G19 was never measured: its prediction rests on G15 to G18, the rest of its module."""
    found = counterfactual.counterfactuals(*asked_cell, partners=["G15", "G16", "nowhere"])
    evidence = [item for item in found if item["kind"] == "evidence"]
    assert {item.get("gene") for item in evidence[:4]} >= {"G15", "G16"}
    assert evidence[-1]["removed"].startswith("all of")
    assert evidence[-1]["share_left"] < 0.3
    assert all(item["share_left"] < 1 for item in evidence[:3])
    assert all(len(item["largest"]) == 3 for item in found)


def test_edges_and_sets_are_asked_again_without(asked_cell):
    found = counterfactual.counterfactuals(*asked_cell, partners=["G15", "G16", "nowhere"])
    edges = {item["target"]: item["share_left"] for item in found if item["kind"] == "edge"}
    assert set(edges) == {"G15", "G16", "nowhere"}
    assert edges["G15"] < 1 > edges["G16"]
    assert edges["nowhere"] == pytest.approx(1.0)
    (place,) = [item for item in found if item["kind"] == "set"]
    assert place["gene_set"] == "set 3"
    assert place["share_left"] < 0.9


def test_a_model_without_a_closed_form_is_refitted(recipe, examples, features, asked_cell):
    _, asked, said = asked_cell
    from dataclasses import replace

    other = replace(recipe, model="knn", hyperparameters={"k": 3})
    cell = VirtualCell(fit(other, examples, features), Calibration.alike(np.full(30, 0.5), 0.9), "v1", "v", 1, "0")
    assert not counterfactual.has_closed_form(cell.fitted)
    found = counterfactual.counterfactuals(cell, asked, said, [])
    assert [item["kind"] for item in found][:6] == ["evidence"] * 6
    assert counterfactual.without_each(cell.fitted, asked).shape == (19, 30)
