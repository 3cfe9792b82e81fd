"""Screening: a planted cell is ranked right, shuffled readouts are not believed, real catalogs answer."""

import dataclasses

import numpy as np
import pytest

from workbench.cells.calibrate import Calibration
from workbench.cells.fit import fit
from workbench.cells.predict import VirtualCell
from workbench.cells.screen import screen
from workbench.errors import InputError


def planted(recipe, examples, features):
    return VirtualCell(fit(recipe, examples, features), Calibration.alike(np.ones(30), 0.9), "t-v1", "v", 1, "code")


def ranked(cell, signature):
    return screen(None, [cell], signature, "it", {cell.fitted.recipe.task: "in a dish"})


def test_the_planted_module_comes_first_and_an_unmeasured_member_with_it(recipe, examples, features):
    cell = planted(recipe, examples, features)
    strongest = examples.targets[:5].mean(axis=0)  # the response of the module of G0 to G4
    found = ranked(cell, dict(zip(examples.readouts, strongest, strict=True)))
    assert len(found) == 20
    assert set(found.names[:5]) == {"G0", "G1", "G2", "G3", "G4"}
    assert found.skill[0]["low"] > 0
    unmeasured = found.names.index("G19")
    assert np.isnan(found.measured[unmeasured])
    assert found.perturbations[unmeasured] == f"{recipe.perturbation_kind}:G19"
    assert np.all(np.diff(found.score) <= 1e-12)  # one width, so the order is the score's
    opposite = ranked(cell, dict(zip(examples.readouts, -strongest, strict=True)))
    assert opposite.names == found.names[::-1]


def test_scores_are_the_predictions_and_measured_ones_the_measurements(recipe, examples, features):
    cell = planted(recipe, examples, features)
    found = ranked(cell, {"R3": 2.0})
    mean, _ = cell.fitted.predict(examples)
    for i, gene in enumerate(examples.genes):
        at = found.names.index(gene)
        assert found.score[at] == pytest.approx(mean[i, 3], abs=1e-4)
        assert found.measured[at] == pytest.approx(examples.targets[i, 3])
    assert found.baseline[0] == pytest.approx(examples.targets[:, 3].mean())


def test_a_ranking_of_noise_is_not_believed_nor_looks_reversed(recipe, examples, features):
    rng = np.random.default_rng(1)
    found = []
    for _ in range(40):
        noise = dataclasses.replace(recipe, seed=int(rng.integers(1000)))
        cell = planted(noise, examples._replace(targets=rng.normal(size=examples.targets.shape)), features)
        found.append(ranked(cell, {"R0": 1.0}).skill[0])
    assert sum(skill["low"] <= 0 for skill in found) >= 34
    # taken across folds it would be -0.24 with so few genes
    assert abs(np.mean([skill["r"] for skill in found])) < 0.15


def test_nothing_read_out_is_refused(recipe, examples, features):
    with pytest.raises(InputError, match="read out"):
        ranked(planted(recipe, examples, features), {"nothing": 1.0})


def test_the_real_cells_rank_a_genome_and_all_conditions(shared_lab):
    genome = shared_lab.cells.screen("l1000_orf", "FKBP14")
    assert len(genome) > 10_000
    assert genome.names[0] == "XBP1"  # its over-expression was measured and raises FKBP14 most
    assert np.isnan(genome.measured).sum() > 10_000
    pairs = shared_lab.cells.screen("cellbox", "up: RbpS807\ndown: MAPKpT202", opposite=True)
    assert pairs.aim == "the opposite of a signature of 2 readouts"
    assert len(pairs) > 89  # the conditions that were done, and pairs that never were
    assert pairs.skill[0]["low"] > 0


def test_pairs_that_were_never_done_are_ranked_too_and_five_tell_nothing_of_skill(shared_lab):
    found = shared_lab.cells.screen(
        "norman19", shared_lab.cells.predict("activation:KLF1", task="norman19").readouts[0]
    )
    unknown = [key for key, value in zip(found.perturbations, found.measured, strict=True) if np.isnan(value)]
    assert len(unknown) > 100
    asked = shared_lab.cells.predict(next(key for key in unknown if "+" in key), task="norman19")
    at = found.perturbations.index(asked.perturbation.perturbation_id)
    assert found.score[at] == pytest.approx(asked.delta[asked.readouts.index(next(iter(found.weights)))])
    assert np.isinf(found.high).all()
