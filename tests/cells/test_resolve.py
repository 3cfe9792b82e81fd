"""One question for every virtual cell: names as people write them, the cell that knows, or every cell's reason."""

import numpy as np
import pytest

from workbench.cells.resolve import question_id, resolve
from workbench.errors import InputError, UnknownNameError
from workbench.training.recipe import read_recipe


@pytest.fixture(scope="module")
def catalog(shared_lab):
    return shared_lab.catalog


@pytest.mark.parametrize(
    ("asked", "task", "perturbation"),
    [
        (("HRAS", "U2OS"), "l1000_orf", "over-expression:HRAS"),
        (("p53", "u2os", None, 72), "l1000_orf", "over-expression:TP53"),
        (("simvastatin", "A549"), "nelisa", "compound:RYMZZMVNJRMUDD-HGQWONQESA-N"),
        (("taxol", "MCF-7", 2.0), "bbbc021", "compound:NAME:taxol@2"),
        (("taxol 2 µM",), "bbbc021", "compound:NAME:taxol@2"),
        ((["MAP2K6", "KLF1"], "K562"), "norman19", "activation:KLF1+activation:MAP2K6"),
    ],
)
def test_the_virtual_cell_that_knows_is_found(catalog, asked, task, perturbation):
    assert resolve(catalog, *asked) == (task, perturbation)


def test_the_readout_chooses_among_cells(catalog):
    key = "UREBDLICKHMUKA-CXSFZGCWSA-N"
    assert resolve(catalog, key, readout="secretome").task == "nelisa"
    with pytest.raises(UnknownNameError, match="it reads out secretome, not growth"):
        resolve(catalog, key, readout="growth")


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("HRAS", "HeLa"), r"l1000_orf: it answers in U2OS, 72 h, not in HeLa"),
        (("simvastatin", "A549", None, 48), r"after 24 h, not 48 h"),
        (("simvastatin", "A549", 3.0), r"one dose that its source does not tell"),
        (("taxol", "MCF-7"), r"bbbc021 has doses; .* names none"),
        ((["HRAS", "TP53"], "U2OS"), r"one gene at a time"),
        (("nosuchdrug", "A549"), r"no compound is called 'nosuchdrug'"),
    ],
)
def test_when_none_answers_every_cell_says_why(catalog, asked, reason):
    with pytest.raises(UnknownNameError, match=reason):
        resolve(catalog, *asked)


def test_two_cells_that_answer_are_named_and_none_is_chosen(catalog):
    with pytest.raises(InputError, match="l1000_orf.*norman19|norman19.*l1000_orf") as caught:
        resolve(catalog, "KLF1", readout="expression")
    assert "task" in caught.value.hint


def test_two_compounds_of_one_name_are_told_apart(catalog):
    with pytest.raises(
        UnknownNameError, match="2 compounds are called dexamethasone: .*CXSFZGCWSA.*QCYOSJOCSA|QCYOSJOCSA.*CXSF"
    ):
        resolve(catalog, "dexamethasone", "A549")
    assert resolve(catalog, "UREBDLICKHMUKA-QCYOSJOCSA-N", "A549").perturbation_id.endswith("QCYOSJOCSA-N")


def test_doses_must_fit_the_perturbations_and_be_positive(catalog):
    with pytest.raises(InputError, match="1 perturbations and 2 doses"):
        resolve(catalog, "taxol", dose=[1.0, 2.0])
    with pytest.raises(InputError, match="positive"):
        resolve(catalog, "taxol", dose=-1.0, task="bbbc021")


def test_a_gene_that_nothing_knows_is_refused_with_the_reason_and_without_numbers(shared_lab):
    said = shared_lab.cells.predict("NOTAGENE", "U2OS")
    assert said.is_refused
    assert said.verdict == "outside my domain"
    assert "Reactome" in said.verdict_reason
    assert np.isnan(said.low).all()
    assert said.evidence == ()
    assert shared_lab.cells.explain(said).claims == ()
    with pytest.raises(InputError, match="nothing is predicted for NOTAGENE"):
        shared_lab.hypotheses.queue(said)


def test_a_dose_far_from_all_measured_ones_is_refused(shared_lab):
    assert shared_lab.cells.predict("taxol", dose=0.3).verdict == "signal"
    far = shared_lab.cells.predict("taxol", dose=1e-6)
    assert far.is_refused
    assert "too far from every measured dose" in far.verdict_reason


def test_names_with_a_plus_are_pairs(catalog):
    recipe = read_recipe("norman19")
    assert question_id(catalog, recipe, ["KLF1 + MAP2K6"]) == question_id(catalog, recipe, ["map2k6+klf1"])
