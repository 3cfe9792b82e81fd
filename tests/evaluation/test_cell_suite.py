"""Golden numbers of cell-eval 0.8.2 on real cells, and the honest table around a prediction."""

import numpy as np
import pytest

from benchmarks.cells.celleval import GOLDEN
from workbench.errors import DataQualityError
from workbench.evaluation.cell_suite import CellSet, cell_metrics, halves, profiles, score_cells, set_metrics


@pytest.mark.parametrize("prediction", list(GOLDEN))
def test_every_metric_equals_cell_eval(prediction, golden, norman):
    real, predicted = golden[0], golden[1][prediction]
    found = {name: np.nanmean(v) for name, v in cell_metrics(real, predicted, norman[1], "control").items()}
    found |= set_metrics(real, predicted, "control")
    for metric, expected in GOLDEN[prediction].items():
        assert found[metric] == pytest.approx(expected, abs=1e-4), metric


def test_a_collapsed_prediction_has_no_correlation_of_counts(golden):
    assert np.isnan(set_metrics(golden[0], golden[1]["collapsed"], "control")["count_correlation"])


@pytest.fixture(scope="module")
def table(norman):
    """A "prediction" of another half with its controls moved far away, as a model might."""
    cells, genes = norman
    kept = cells.take(np.isin(cells.labels, ["control", "KLF1", "MAPK1", "TMSB4X", "SGK1+TBX3", "PTPN12+PTPN9", "HK2"]))
    truth, predicted = halves(kept)
    moved = predicted.values.copy()
    moved[predicted.labels == "control"] += 5
    rows = score_cells(truth, CellSet(moved, predicted.labels), genes, "control")
    honest = score_cells(truth, predicted.without("control"), genes, "control")
    return {(row["reference"], row["metric"]): row for row in rows}, rows, honest


def test_predicted_controls_change_nothing(table):
    assert table[1] == table[2]


def test_the_other_half_beats_the_mean_and_no_change_with_intervals_and_n(table):
    rows = table[0]
    for metric in ("rdmean", "pds", "centroid_accuracy"):
        assert rows["prediction", metric]["low"] > rows["mean", metric]["value"], metric
        assert rows["prediction", metric]["n"] == 6
    assert rows["prediction", "energy"]["value"] < rows["no change", "energy"]["value"]
    assert {reference for reference, _ in rows} == {"prediction", "no change", "mean", "replicate"}
    assert rows["no change", "pds"]["value"] == pytest.approx(0.5)


def test_a_missing_perturbation_few_cells_and_nan_are_named(real, norman):
    genes = norman[1]
    with pytest.raises(DataQualityError, match="no cell of KLF1"):
        score_cells(real, real.without("KLF1"), genes, "control")
    with pytest.raises(DataQualityError, match="no cell of nothing"):
        profiles(real, np.array(["nothing"]))
    few = real.without("KLF1").joined(CellSet(real.values[:2], np.array(["KLF1", "KLF1"])))
    with pytest.raises(DataQualityError, match="KLF1 has 2 real cells"):
        score_cells(few, real, genes, "control")
    broken = CellSet(real.values.copy(), real.labels)
    broken.values[3, 5] = np.nan
    with pytest.raises(DataQualityError, match="cell 4"):
        score_cells(broken, real, genes, "control")
