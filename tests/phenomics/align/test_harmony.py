import sys

import numpy as np
import pytest

from workbench.errors import DataQualityError, MissingPackageError
from workbench.phenomics.align.harmony import harmony


def test_batches_mix_and_kinds_stay_apart(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("harmonypy")
    rng = np.random.default_rng(0)
    kind, batch = rng.integers(0, 3, 600), rng.integers(0, 2, 600)
    values = 6 * np.eye(3, 10)[kind] + 2.0 * np.eye(2, 10, 5)[batch] + rng.normal(size=(600, 10))
    wells = {"Metadata_Batch": batch.astype(str), "is_control": np.zeros(600, bool)}
    done = harmony(values, wells)
    assert apart(values, batch) > 2.5
    assert apart(done.values, batch) < 1
    assert apart(done.values[kind < 2], kind[kind < 2]) > 5
    np.testing.assert_array_equal(done.values, harmony(values, wells).values)
    assert done.record["n_batches"] == 2
    assert done.record["moved"] > 0
    assert capfd.readouterr().err == ""
    with pytest.raises(DataQualityError, match="has 1"):
        harmony(values, {**wells, "Metadata_Batch": np.array(["x"] * 600)})


def test_without_the_package_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "harmonypy", None)
    with pytest.raises(MissingPackageError, match="harmonypy"):
        harmony(np.zeros((4, 2)), {"Metadata_Batch": np.array(["a", "b", "a", "b"]), "is_control": np.zeros(4, bool)})


def apart(values: np.ndarray, label: np.ndarray) -> float:
    """Distance of the two groups' means."""
    return float(np.linalg.norm(values[label == 0].mean(axis=0) - values[label == 1].mean(axis=0)))
