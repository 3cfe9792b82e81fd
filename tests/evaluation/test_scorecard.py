"""The table: intervals over units, strata, null, room; a metric without room is barred; real glioma lines say nothing."""

import anndata
import numpy as np
import pytest

from benchmarks.cells.celleval import CELLS
from workbench.errors import InputError
from workbench.evaluation.evaluate import Measured, Predicted
from workbench.evaluation.scorecard import GAIN, NULL, ROOM, barred, evaluate, scorecard
from workbench.evaluation.split import folds_by_group, leave_each_context_out


@pytest.fixture(scope="module")
def rows(planted, ridge):
    return evaluate(planted[0], ridge, lambda seed: folds_by_group(planted[0].units, 5, seed), n_permutations=5)


@pytest.fixture(scope="module")
def table(rows):
    return {(row["stratum"], row["reference"], row["metric"]): row for row in rows}


def test_every_row_has_an_interval_and_counts_genes(rows, table):
    for row in rows:
        assert row["low"] <= row["value"] + 1e-12
        assert row["value"] <= row["high"] + 1e-12
    assert table["all", "model", "pds"]["n"] == 30  # genes, not the 60 rows
    assert table["all", "model", "pds"]["details"]["seeds"] == 5
    assert {stratum for stratum, _, _ in table} == {"all", "strong"}
    assert table["strong", "model", "pds"]["n"] < 15


def test_the_model_gains_over_the_mean_and_the_null(table):
    for metric in ("rdmean", "pds"):
        assert table["all", GAIN, metric]["low"] > 0, metric
        assert table["all", "model", metric]["low"] > table["all", NULL, metric]["high"], metric
    gain = table["all", GAIN, "mae"]
    assert gain["value"] == pytest.approx(
        table["all", "mean", "mae"]["value"] - table["all", "model", "mae"]["value"]
    )  # an error gains when it falls
    assert table["all", NULL, "pds"]["n"] == 5


def test_the_model_stands_between_mean_and_replicate(table):
    assert table["all", ROOM, "pds"]["details"]["ranks"]
    assert 0.3 < table["all", "model", "pds"]["details"]["position"] < 1.3
    assert table["all", "mean", "pds"]["details"]["position"] == pytest.approx(0, abs=1e-6)


def test_a_metric_without_room_is_barred(planted, ridge):
    noise = np.random.default_rng(3).normal(size=(2, *planted[0].truth.shape))
    rows = evaluate(
        planted[0]._replace(replicates=(noise[0], noise[1])), ridge,
        lambda seed: folds_by_group(planted[0].units, 5, seed), n_permutations=0,
    )  # fmt: skip
    assert {"rd", "pds", "rdmean"} <= set(barred(rows))
    positions = [
        row["details"].get("position") for row in rows if row["reference"] == "model" and row["metric"] == "rd"
    ]
    assert positions == [None, None]


def test_fewer_than_five_seeds_are_refused(planted, ridge):
    with pytest.raises(InputError, match="at least 5 seeds; got 3"):
        evaluate(planted[0], ridge, lambda seed: folds_by_group(planted[0].units, 5, seed), seeds=range(3))
    with pytest.raises(InputError, match="got 0"):
        scorecard(planted[0], [], [])


def test_the_same_knock_down_in_other_glioma_lines_transfers_nothing():
    """A negative case of the field: nine kinases in three lines; an honest table must not find skill."""
    cells = anndata.read_h5ad(CELLS)
    cells = cells[cells.obs["dataset"] == "mcfaline23"]
    values = cells.X.toarray().astype(float)
    line, name = (cells.obs[column].to_numpy(dtype=str) for column in ("cell_type", "perturbation"))
    half = np.zeros(len(values), dtype=bool)
    for a, b in {*zip(line, name, strict=True)}:
        half[np.flatnonzero((line == a) & (name == b))[::2]] = True
    keys = [(a, b) for a in np.unique(line) for b in np.unique(name) if b != "control"]

    def delta(chosen, controls):
        return np.array([
            values[(line == a) & (name == b) & chosen].mean(axis=0)
            - values[(line == a) & (name == "control") & controls].mean(axis=0) for a, b in keys
        ])  # fmt: skip

    everything = np.ones(len(values), dtype=bool)
    one, others = delta(half, half), delta(~half, ~half)
    contexts, genes = (np.array(column) for column in zip(*keys, strict=True))
    measured = Measured(
        genes, tuple((gene,) for gene in genes), contexts, delta(everything, half), delta(everything, ~half),
        np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(one, others, strict=True)]), (one, others),
    )  # fmt: skip

    def elsewhere(train, test, identity):
        known = measured.known[train]
        asked = [genes[identity[train]] == genes[i] for i in test]
        return Predicted(np.array([known[same].mean(axis=0) for same in asked]))

    rows = evaluate(measured, elsewhere, lambda seed: leave_each_context_out(contexts), n_permutations=20)
    table = {(row["reference"], row["metric"]): row for row in rows if row["stratum"] == "all"}
    assert table["model", "rdmean"]["n"] == 9
    assert table["model", "pds"]["value"] < table[NULL, "pds"]["high"] + 0.05
    assert table[GAIN, "rdmean"]["low"] < 0.03
