"""Perturbed cells in the conventions of GEARS, scPerturb and State, and pseudobulks: real cells, hostile files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from tests import perturbed
from workbench.catalog.batch import Batch
from workbench.catalog.datasets import import_own_files
from workbench.catalog.importers.cells import Cells
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.plan import recognise, understand
from workbench.catalog.importers.wishes import Wishes
from workbench.catalog.responses import read_responses
from workbench.catalog.training_sets import read_task_wells
from workbench.errors import InputError


def read(path: Path, genes: frozenset[str] = frozenset(), **said: str) -> tuple[Batch, dict]:
    batch, table = Batch("mine"), open_table(path)
    assert Cells().accepts(table, Wishes(**said))
    return batch, Cells().read(table, batch, Wishes(**said), genes, None)


def responses(batch: Batch) -> pd.DataFrame:
    blocks = [block.to_pandas() for block in batch.streams["response"][1]()]
    return pd.concat(blocks, ignore_index=True).set_index("perturbation_id")


@pytest.fixture(scope="module")
def expected(loaded) -> pd.DataFrame:
    """What the bundled loader makes of the same cells of K562."""
    frame = loaded("perturbseq_small", "response")
    return frame[frame["context_id"] == "K562||"].set_index("perturbation_id")


def test_gears_cells_give_the_responses_of_the_bundled_loader(tmp_path: Path, expected) -> None:
    batch, facts = read(perturbed.gears(tmp_path / "norman.h5ad"), perturbation_kind="activation")
    found = responses(batch)
    assert set(found.index) == set(expected.index)
    for name, row in expected.iterrows():
        np.testing.assert_allclose(found.at[name, "delta"], row["delta"], atol=1e-5)
        assert found.at[name, "agreement"] == pytest.approx(row["agreement"], abs=1e-4)
        assert (found.at[name, "n"], found.at[name, "n_controls"]) == (row["n"], row["n_controls"])
    control = perturbed.norman()[(perturbed.labels() == "control").to_numpy()].X.toarray().astype(float)
    noise = control.var(axis=0, ddof=1) / len(control)
    wanted = np.sqrt(np.square(expected.at["activation:KLF1", "standard_error"]) + noise)
    np.testing.assert_allclose(found.at["activation:KLF1", "standard_error"], wanted, atol=1e-5)
    assert facts["convention"].startswith("GEARS (condition holds")
    assert facts["perturbations"] == "18 activation, 15 combination; 80 to 100 cells each"
    assert facts["controls"].startswith("100 cells (ctrl 100)")
    assert "8 of 15 combinations" in facts["leakage check"]


def test_scperturb_labels_are_taken_apart_by_their_number_of_parts(tmp_path: Path, expected) -> None:
    batch, facts = read(perturbed.scperturb(tmp_path / "n.h5ad"))
    found = responses(batch)
    assert set(found.index) == set(expected.index)  # CRISPRa is said by the file
    assert (found["context_id"] == "K562||").all()
    assert facts["convention"].startswith("scPerturb (perturbation with nperts")
    assert not any("knocked out" in note for note in facts["notes"])


def test_counts_of_the_challenge_are_normalised_and_matched_by_batch(tmp_path: Path) -> None:
    batch, facts = read(perturbed.state(tmp_path / "vcc.h5ad"))
    values, text = perturbed.counts().astype(float), perturbed.labels()[perturbed.singles()].to_numpy()
    values = np.log1p(values / values.sum(axis=1, keepdims=True) * 1e4)
    batches = np.arange(len(text)) % 3
    here = text == "KLF1"
    reference = np.stack([values[(text == "control") & (batches == i)].mean(axis=0) for i in range(3)])
    wanted = (values[here] - reference[batches[here]]).mean(axis=0)
    row = responses(batch).loc["knock-out:KLF1"]
    np.testing.assert_allclose(row["delta"], wanted, atol=1e-5)
    assert row["n_controls"] == 100
    assert "raw counts" in facts["values"]
    assert facts["convention"].startswith("State / Virtual Cell Challenge (target_gene holds 'non-targeting'")
    assert "38 guides (guide_id) of 19 targets are pooled" in facts["leakage check"]
    assert "18 of 18 perturbations are in several batches" in facts["leakage check"]
    assert "with disjoint halves (n = 18)" in facts["control check"]
    wells = batch.frames["well"][0]
    assert wells["cell_count"].sum() == len(text)
    assert len(wells) == 19 * 3 * 2
    assert any("taken to be a knock-out" in note for note in facts["notes"])
    assert set(wells["Metadata_Batch"]) == {"Flex_0", "Flex_1", "Flex_2"}


def test_pseudobulks_have_one_control_row_a_context(tmp_path: Path, expected) -> None:
    cells, text = perturbed.norman(), perturbed.labels()
    frame = pd.DataFrame(cells.X.toarray(), columns=cells.var_names).groupby(text.to_numpy()).mean()
    for name, more in (("a.csv", {}), ("b.parquet", {"n_cells": 90})):
        table = pd.DataFrame({"perturbation": frame.index, "cell_line": "K562", **more}, index=frame.index).join(frame)
        path = tmp_path / name
        (table.to_csv if name.endswith("csv") else table.to_parquet)(path, index=False)
        batch, facts = read(path, perturbation_kind="activation")
        row = responses(batch).loc["activation:KLF1"]
        np.testing.assert_allclose(row["delta"], expected.at["activation:KLF1", "delta"], atol=1e-5)
        assert np.isnan(row["standard_error"]).all()
        assert facts["convention"].startswith("pseudobulk (")
        assert "needs two control rows" in facts["control check"]


def test_a_dose_of_a_drug_keeps_its_unit(tmp_path: Path) -> None:
    text = ["control"] * 40 + ["Trametinib"] * 40 + ["Trametinib+Nutlin"] * 20 + ["Nutlin"] * 20
    obs = {"perturbation": text, "perturbation_type": "drug", "dose_value": [0.0] * 40 + [100.0] * 80, "dose_unit": "nM",
           "nperts": 1, "cell_line": "A549"}  # fmt: skip
    batch, facts = read(perturbed.h5ad(tmp_path / "drugs.h5ad", obs, slice(120)))
    assert set(responses(batch).index) == {
        "compound:NAME:trametinib@0.1", "compound:NAME:nutlin@0.1", "compound:NAME:nutlin+compound:NAME:trametinib",
    }  # fmt: skip
    assert "1 of 1 combinations" in facts["leakage check"]


def test_without_controls_nothing_is_read_and_a_misspelt_one_is_offered(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row of a.h5ad is a control") as caught:
        read(perturbed.state(tmp_path / "a.h5ad", "non-targetting"))
    assert "--control-label 'non-targetting'" in caught.value.hint
    batch, _ = read(tmp_path / "a.h5ad", control_label="non-targetting", perturbation_kind="knock-down")
    assert len(responses(batch)) == 18
    assert all(name.startswith("knock-down:") for name in responses(batch).index)
    kept = np.flatnonzero(perturbed.labels() != "control")[:200]
    obs = {"condition": perturbed.labels().to_numpy()[kept]}
    with pytest.raises(InputError, match="nothing to compare"):
        read(perturbed.h5ad(tmp_path / "b.h5ad", obs, kept))


def test_batches_without_controls_are_counted_and_give_no_response(tmp_path: Path) -> None:
    text = perturbed.labels()[perturbed.singles()].to_numpy()
    batches = np.where((text == "KLF1") | (np.arange(len(text)) % 2 == 0) & (text != "control"), "late", "early")
    batch, facts = read(perturbed.state(tmp_path / "a.h5ad", batch=batches))
    found = responses(batch)
    assert "knock-out:KLF1" not in found.index
    assert len(found) == 17
    assert facts["control check"].startswith(
        "18 of 18 perturbations have no matched control in some batch and context (1 without: late unknown cells)"
    )


def test_broken_cells_are_refused_with_a_reason(tmp_path: Path) -> None:
    values = perturbed.counts()
    values[3] = 0
    values[5, 7] = np.nan
    names = perturbed.norman()[perturbed.singles()].obs_names.to_numpy(dtype=object).copy()
    names[9] = names[8]
    text = perturbed.labels()[perturbed.singles()].to_numpy()
    obs = {"target_gene": np.where(text == "control", "NT", text), "gem_group": "1"}
    obs["target_gene"][11:13] = ["multiplet", ""]
    with pytest.warns(UserWarning, match="not unique"):
        path = perturbed.h5ad(tmp_path / "a.h5ad", obs, perturbed.singles(), values, names)
    batch, _ = read(path)
    reasons = {row["row_number"]: row["reason"] for row in batch.rejects}
    assert reasons == {
        4: "the cell has no counts", 6: "the profile is not a number", 10: "this cell was in the file before",
        12: "the cell has no single assignment", 13: "the row names neither a compound nor a gene nor a control",
    }  # fmt: skip
    assert batch.frames["well"][0]["cell_count"].sum() == len(text) - 5


def test_accession_numbers_and_copies_are_told(tmp_path: Path) -> None:
    text = perturbed.labels()[perturbed.singles()].to_numpy()
    codes, _ = pd.factorize(text)
    target = np.where(text == "control", "ctrl", [f"ENSG{code:011d}" for code in codes])
    values = perturbed.counts()
    values[1] = values[0]
    batch, facts = read(
        perturbed.h5ad(tmp_path / "a.h5ad", {"target_gene": target, "n_counts": 1}, perturbed.singles(), values)
    )
    assert any("18 of 18 perturbed genes are no symbols" in note for note in facts["notes"])
    assert "1 rows are copies of another row" in facts["leakage check"]
    assert len(responses(batch)) == 18


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_matrix])
def test_sparse_cells_are_summed_like_dense_ones(tmp_path: Path, form) -> None:
    obs = {"condition": perturbed.labels().to_numpy(), "cell_type": "K562"}
    made = [responses(read(perturbed.h5ad(tmp_path / f"{i}.h5ad", obs, values=values))[0]) for i, values in enumerate(
        (perturbed.norman().X.toarray(), form(perturbed.norman().X)))]  # fmt: skip
    np.testing.assert_allclose(np.stack(made[0]["delta"]), np.stack(made[1]["delta"]), atol=1e-6)


def test_wells_and_image_features_are_not_taken_for_cells(write_csv) -> None:
    features = ",".join(f"Cells_{i}" for i in range(30))
    row = ",".join(["1"] * 30)
    for head, cells in (("plate,well,perturbation", "P,A1,TP53"), ("perturbation,n_cells", "TP53,7")):
        table = open_table(write_csv(f"{head},{features}\n{cells},{row}\n"))
        assert not Cells().accepts(table, Wishes())


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = perturbed.gears(tmp_path / "a.h5ad")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(InputError, match="truncated"):
        understand([path], "mine", Wishes(), frozenset())


def test_the_catalog_serves_imported_cells_like_any_data_set(empty_catalog, tmp_path: Path) -> None:
    path = perturbed.state(tmp_path / "vcc.h5ad")
    plan = recognise(empty_catalog, path, "vcc")  # read by a process of its own
    assert any(line.startswith("  control check: all 18 perturbations") for line in plan.lines())
    assert read_responses(empty_catalog, "vcc") == []
    dataset = import_own_files(empty_catalog, path, "vcc", plan.sha256, plan.wishes)
    assert dataset.units == "log1p counts per 10,000"
    found = {item.perturbation.name: item for item in read_responses(empty_catalog, "vcc")}
    assert len(found) == 18
    assert found["KLF1"].replicate_agreement > 0.2
    assert np.isfinite(found["KLF1"].standard_error).all()
    wells = read_task_wells(empty_catalog.lake, "vcc", "any", "unknown cells||")
    assert wells.values.shape == (114, 500)
    assert wells.is_control.sum() == 6
