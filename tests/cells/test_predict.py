"""Answers: interval, baseline, verdict in words, exact evidence; nothing is said outside the domain."""

import numpy as np
import pytest

from workbench.cells.calibrate import Calibration
from workbench.cells.fit import fit
from workbench.cells.predict import VirtualCell, answer, decompose, judge
from workbench.errors import InputError
from workbench.nouns import Context, Perturbation


@pytest.fixture(scope="module")
def cell(recipe, features, examples):
    fitted = fit(recipe, examples, features)
    return VirtualCell(
        fitted,
        Calibration.alike(np.full(30, 0.8), 0.9),
        "t-v1",
        "id",
        3,
        "0",
        {"replicate_agreement": 0.5, "share_agreeing": 1.0},
    )


def ask(cell, gene):
    known = cell.fitted.examples
    row = known.take(np.array([0]))._replace(genes=np.array([gene]), units=np.array([gene]), names=np.array([gene]))
    return row, answer(cell, row, Perturbation.of_gene("over-expression", gene), Context("X"), "p1")


def test_a_neighbour_of_measured_genes_has_a_signal_with_interval_and_baseline(cell):
    _, said = ask(cell, "G19")
    assert said.verdict == "signal"
    np.testing.assert_allclose(said.high - said.low, 1.6)
    np.testing.assert_allclose(said.baseline, cell.fitted.examples.targets.mean(axis=0))
    assert said.domain_score > 0.9
    assert {item["gene"] for item in said.evidence[:4]} == {"G15", "G16", "G17", "G18"}
    assert said.snapshot == 3


def test_evidence_is_exact(cell):
    row, said = ask(cell, "G19")
    weights, residual = decompose(cell, row)
    assert residual < 1e-8
    assert said.evidence[0]["weight"] == pytest.approx(weights[np.argmax(np.abs(weights))])


def test_a_gene_without_links_is_outside_and_says_which_source_lacks_it(cell):
    _, said = ask(cell, "NOWHERE")
    assert said.verdict == "outside my domain"
    assert said.domain_score == 0
    assert "net" in said.verdict_reason


@pytest.mark.parametrize(
    ("delta", "width", "score", "verdict"),
    [(2.0, 1.0, 1.0, "signal"), (0.5, 1.0, 1.0, "no signal"), (2.0, np.inf, 1.0, "no signal"),
     (2.0, 1.0, 0.0, "outside my domain")],
)  # fmt: skip
def test_the_verdict_follows_interval_and_domain(delta, width, score, verdict):
    assert judge(np.full(50, delta), np.full(50, width), score, "why", 0.9)[0] == verdict


def test_two_questions_at_once_are_refused(cell):
    known = cell.fitted.examples.take(np.array([0, 1]))
    with pytest.raises(InputError, match="got 2"):
        answer(cell, known, Perturbation.of_gene("over-expression", "G0"), Context("X"), "p")
