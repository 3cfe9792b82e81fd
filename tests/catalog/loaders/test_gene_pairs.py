import pandas as pd
import pytest

from workbench.catalog.batch import Batch
from workbench.catalog.entries import find_entry
from workbench.catalog.loaders.gene_pairs import load
from workbench.settings import Settings


def test_pairs_singles_and_two_guides_of_one_gene_are_told_apart(tmp_path) -> None:
    rows = [("A", "B", 0.1, 0.3), ("A", "A", 0.2, 0.2), ("A", "negative", 0.0, 0.1), ("negative", "negative", 0, 0)]
    frame = pd.DataFrame(rows, columns=["gene_a", "gene_b", "gamma_rep1", "gamma_rep2"]).assign(n_guide_pairs=225)
    path = tmp_path / "gene_pairs.parquet"
    frame.to_parquet(path)
    batch = Batch("gi_crispra_k562")
    load(find_entry(Settings(), "gi_crispra_k562"), {path.name: path}, batch)
    (responses,) = batch.frames["response"]
    assert responses["perturbation_id"].tolist() == [
        "activation:A+activation:B", "activation:A/two guides", "activation:A",
    ]  # fmt: skip
    assert responses["delta"].map(lambda d: d[0]).tolist() == pytest.approx([0.2, 0.2, 0.05])
    assert responses["standard_error"].map(lambda d: d[0]).tolist() == pytest.approx([0.1, 0.0, 0.05])
    assert set(responses["n_controls"]) == {225}


def test_it_is_not_bundled() -> None:
    assert not find_entry(Settings(), "gi_crispra_k562").bundled
