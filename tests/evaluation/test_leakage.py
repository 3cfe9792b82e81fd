"""The split linter: finds siblings, copies and rows on both sides, and is silent about a clean split."""

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.evaluation.leakage import lint_split
from workbench.evaluation.split import Fold, folds_by_group, folds_of_parts, leave_each_context_out

WELLS = Path(__file__).parents[2] / "data_catalog" / "bundled" / "l1000_orf_u2os" / "wells.parquet"


def test_constructs_of_one_gene_leak_when_they_are_split_one_by_one():
    wells = pd.read_parquet(WELLS, columns=["Metadata_broad_sample", "Metadata_gene", "Metadata_pert_type"])
    rows = wells[wells["Metadata_pert_type"] == "trt_oe"].drop_duplicates("Metadata_broad_sample")
    genes, constructs = (rows[name].to_numpy(dtype=str) for name in ("Metadata_gene", "Metadata_broad_sample"))
    (leak,) = lint_split(folds_by_group(constructs, 10, 0), {"gene": genes})
    assert (leak.what, leak.n_tested) == ("gene", 324)
    assert 150 < leak.n_leaking < 324
    assert "189 genes in 324 rows" in leak.sentence
    assert lint_split(folds_by_group(genes, 10, 0), {"gene": genes}) == []


def test_a_pair_leaks_by_either_gene():
    parts = [("A",), ("B",), ("C",), ("A", "B"), ("B", "C")]
    (leak,) = lint_split([Fold("one", np.array([0, 1, 2]), np.array([3, 4]))], {"gene": parts})
    assert leak.n_leaking == 2
    leaks = lint_split(folds_of_parts(parts, 3, 0), {})
    assert [leak.what for leak in leaks] == ["repeat"]


def test_copies_rows_on_both_sides_and_empty_folds_are_found():
    values = np.array([[1.0, 2], [3, 4], [1, 2], [5, 6]])
    folds = [Fold("one", np.array([0, 1]), np.array([1, 2])), Fold("two", np.array([], dtype=int), np.array([3]))]
    found = {leak.what: leak for leak in lint_split(folds, {}, values)}
    assert found["row"].n_leaking == 1
    assert found["duplicate"].n_leaking == 2
    assert "two has no training rows" in found["fold"].sentence


def test_a_context_left_out_is_new_and_its_perturbations_are_not():
    contexts, genes = np.array(["A172", "A172", "T98G", "T98G"]), np.array(["MAPK1", "PLK4", "MAPK1", "PLK4"])
    found = lint_split(leave_each_context_out(contexts), {"context": contexts, "gene": genes})
    assert [leak.what for leak in found] == ["gene"]
