"""The whole suite as a job: through the command line, after a death, and for what cannot be evaluated."""

import anndata
import numpy as np
import pytest

from tests.jobs.test_score_maps import DyingRun
from tests.test_cli import call
from workbench.catalog.metrics import read_metrics
from workbench.cells.measured import fit_predict, model_for, read_measured, recipe_for, split_of
from workbench.cells.sources import read_features
from workbench.errors import InputError, UnknownNameError
from workbench.evaluation.evaluate import score_folds, score_null
from workbench.jobs.evaluate_cell import evaluate_cell
from workbench.lab import Lab
from workbench.settings import Settings


def test_the_command_prints_keeps_and_exports_the_table(home, tmp_path):
    file = tmp_path / "held out.h5ad"
    asked = ("--model", "ridge", "--dataset", "cellbox_skmel133", "--permutations", "5", "--export", str(file))
    done = call("cells", "evaluate", *asked, home=home)
    assert done.returncode == 0, done.stderr
    for word in ("permuted null", "matched mean", "additive", "zero", "share their controls"):
        assert word in done.stdout, word
    lab = Lab.open(Settings(home=home, mirror=None))
    found = read_metrics(lab.catalog, "ridge")
    (suite,) = found["suite"].unique()
    rows = {(row["reference"], row["metric"]): row for row in lab.cells.evaluation("ridge", suite)}
    lab.close()
    model = rows["model", "rdmean"]
    assert model["n"] == 66
    assert model["low"] > rows["permuted null", "rdmean"]["high"]
    assert rows["mean", "pds"]["value"] == 0.5
    assert 0.85 < rows["model", "coverage"]["value"] < 0.95
    assert model["details"]["shared_controls"]
    assert {"snapshot", "code_version", "recipe_hash"} <= model["details"].keys()
    cells = anndata.read_h5ad(file)
    assert cells.shape == (66, 87)
    rs = [np.corrcoef(a, b)[0, 1] for a, b in zip(cells.X, cells.layers["observed"], strict=True)]
    assert np.mean(rs) == pytest.approx(rows["model", "rd"]["value"], abs=0.02)  # one seed of five


def test_a_worker_that_dies_is_followed_by_one_that_repeats_nothing(lab):
    kept = {}
    facts = {"model": "mean", "dataset": "cellbox_skmel133", "permutations": 0}
    with pytest.raises(KeyboardInterrupt):
        evaluate_cell(DyingRun(lab.catalog, kept, "table"), **facts)
    assert read_metrics(lab.catalog, "mean").empty
    second = DyingRun(lab.catalog, kept)
    suite = evaluate_cell(second, **facts)
    assert second.steps == ["table"]
    n = len(lab.cells.evaluation("mean", suite))
    kept.pop("table")  # died after writing, before the step was recorded
    evaluate_cell(DyingRun(lab.catalog, kept), **facts)
    assert len(lab.cells.evaluation("mean", suite)) == n > 10
    with pytest.raises(UnknownNameError, match="no table"):
        lab.cells.evaluation("mean", "another")


def test_gene_data_has_disjoint_controls_replicates_and_whole_genes(shared_lab):
    recipe = recipe_for("l1000_orf_u2os")
    measured, _ = read_measured(shared_lab.catalog, recipe)
    assert measured.known.shape == measured.truth.shape == (324, 978)
    assert len(np.unique(measured.units)) == 189
    assert not measured.shared_controls
    assert np.abs(measured.known - measured.truth).max() > 0.1  # another half of the controls
    one, others = measured.replicates
    assert np.isfinite(one).all(axis=1).mean() > 0.9
    both = np.isfinite(others).all(axis=1)
    r = [np.corrcoef(a, b)[0, 1] for a, b in zip(one[both], others[both], strict=True)]
    assert 0.05 < np.mean(r) < 0.13  # the facts: one replicate against the others 0.087
    for fold in split_of("gene", measured, 10)(0):
        assert not set(measured.units[fold.train]) & set(measured.units[fold.test])


def test_a_split_by_context_is_refused_where_there_is_one_only(shared_lab):
    measured, _ = read_measured(shared_lab.catalog, recipe_for("cellbox_skmel133"))
    with pytest.raises(InputError, match="SK-MEL-133"):
        split_of("context", measured, 10)(0)
    others = measured._replace(contexts=np.where(np.arange(len(measured.units)) % 2, "A", "B"))
    assert [fold.name for fold in split_of("context", others, 10)(0)] == ["without A", "without B"]


def test_what_cannot_be_evaluated_is_said():
    recipe = recipe_for("l1000_orf_u2os")
    with pytest.raises(InputError, match="Models for it|strength"):
        model_for(recipe, "ridge")
    with pytest.raises(UnknownNameError, match="periscope"):
        recipe_for("periscope")


def test_scaffolds_and_compounds_are_never_split(shared_lab):
    nelisa, _ = read_measured(shared_lab.catalog, recipe_for("nelisa_jump_target"))
    doses, _ = read_measured(shared_lab.catalog, recipe_for("bbbc021"))
    for split, measured, groups in (
        ("scaffold", nelisa, nelisa.scaffolds), ("compound", doses, np.array([unit.split("@")[0] for unit in doses.units])),
    ):  # fmt: skip
        assert 5 < len(np.unique(groups)) < len(groups)
        for fold in split_of(split, measured, 5)(0):
            assert not set(groups[fold.train]) & set(groups[fold.test])
    seen = [set(doses.units[fold.train]) & set(doses.units[fold.test]) for fold in split_of("dose", doses, 5)(0)]
    assert not any(seen)
    genes, _ = read_measured(shared_lab.catalog, recipe_for("simulated_lab"))
    with pytest.raises(InputError, match="only compounds have scaffolds"):
        split_of("scaffold", genes, 5)


def test_a_new_compound_is_predicted_by_structure_and_targets_better_than_by_permuted_ones(shared_lab):
    recipe = recipe_for("nelisa_jump_target")
    measured, examples = read_measured(shared_lab.catalog, recipe)
    run = fit_predict(recipe, examples, read_features(shared_lab.catalog, recipe), recipe.model)
    folds = split_of("scaffold", measured, 5)(0)
    model = score_folds(measured, run, folds)["model"]
    null = score_null(measured, run, folds, np.random.default_rng(0))
    assert np.nanmean(model["rdmean"]) > np.nanmean(null["rdmean"]) + 0.08
    assert np.nanmean(model["pds"]) > np.nanmean(null["pds"]) + 0.08
