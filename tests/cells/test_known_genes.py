"""Screening: many genes at once get the answers that single questions get, and unknown ones say so."""

import numpy as np
import pytest

from workbench.cells.calibrate import Calibration
from workbench.cells.fit import fit
from workbench.cells.known_genes import KnownGenes
from workbench.cells.predict import VirtualCell, answer, screen_rows
from workbench.cells.sources import read_features
from workbench.errors import InputError
from workbench.nouns import Context, Perturbation
from workbench.training.recipe import read_recipe

ASKED = ["G19", "NOWHERE", "G3", "G0"]


@pytest.fixture(scope="module")
def cell(recipe, features, examples):
    return VirtualCell(fit(recipe, examples, features), Calibration.alike(np.full(30, 0.8), 0.9), "t-v1", "id", 3, "0")


def test_every_gene_is_answered_as_if_it_were_asked_alone(cell):
    chunks = list(screen_rows(cell, ASKED, chunk=3))
    assert [gene for rows in chunks for gene in rows.genes] == ASKED
    known = cell.fitted.examples.take(np.array([0]))
    for rows in chunks:
        for i, gene in enumerate(rows.genes):
            asked = known._replace(genes=np.array([gene]), units=np.array([gene]), names=np.array([gene]))
            said = answer(cell, asked, Perturbation.of_gene("over-expression", gene), Context("X"), "p")
            np.testing.assert_allclose(rows.mean[i], said.delta, atol=1e-4)
            np.testing.assert_allclose(rows.mean[i] - rows.half_width[i], said.low, atol=1e-4)
            np.testing.assert_allclose(rows.spread[i], cell.fitted.predict(asked)[1][0], atol=1e-4)
            assert rows.domain[i] == pytest.approx(said.domain_score, abs=1e-4)
    assert chunks[0].domain[1] == 0


def test_kernels_on_the_real_networks_are_those_of_single_questions(shared_lab):
    features = read_features(shared_lab.catalog, read_recipe("l1000_orf"))
    known, asked = ["TP53", "XBP1", "XBP1", "HRAS"], ["MYC", "XBP1", "NOTAGENE", "EGFR"]
    found, prior = KnownGenes.of(features, np.array(known)).kernels(asked)
    expected = features.kernels(asked, known)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-4)
    np.testing.assert_allclose(found[1:], expected[1:], atol=1e-12)
    np.testing.assert_allclose(prior, features.prior(asked))


def test_a_cell_of_drug_strengths_is_not_screened_by_gene(cell, examples):
    from workbench.cells.fit import Fitted

    drugs = VirtualCell(
        Fitted(cell.fitted.recipe, cell.fitted.model, examples, None),
        Calibration.alike(np.ones(30), 0.9),
        "t",
        "id",
        3,
        "0",
    )
    with pytest.raises(InputError, match="strengths of drugs"):
        next(screen_rows(drugs, ASKED))
