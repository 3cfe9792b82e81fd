"""The LINCS consensus: what is listed is kept with its sign, what is not listed is unknown."""

import numpy as np
import pandas as pd
import pytest

from tests.perturbed import BUNDLED
from workbench.catalog.datasets import import_dataset
from workbench.catalog.responses import read_response, readouts_of

NAME = "lincs_overexpression_consensus"


@pytest.fixture(scope="module")
def source() -> pd.DataFrame:
    """The listed changes of measured genes."""
    frame = pd.read_parquet(BUNDLED / NAME / "dysregulated.parquet")
    assert len(frame) == 40_590
    return frame[frame["status"] == "measured"]


def test_only_what_is_significant_is_known(empty_catalog, source) -> None:
    assert import_dataset(empty_catalog, NAME).n_rows == 1983
    place = {name: i for i, name in enumerate(readouts_of(empty_catalog, NAME))}
    for gene in ("A2M", source["source"].value_counts().index[0]):
        rows = source[source["source"] == gene]
        found = read_response(empty_catalog, NAME, f"over-expression:{gene}")
        listed = [place[name] for name in rows["target"]]
        np.testing.assert_allclose(found.delta[listed], rows["z"], rtol=1e-6)
        assert (np.sign(found.delta[listed]) == rows["sign"]).all()
        assert np.isnan(np.delete(found.delta, listed)).all()
        assert np.isnan(found.standard_error).all()
        assert found.replicate_agreement is None


def test_counts_are_those_of_the_source(loaded, source) -> None:
    assert len(source) == 24_298
    perturbations = loaded(NAME, "perturbation")
    assert len(perturbations) == source["source"].nunique() == 1983
    assert len(loaded(NAME, "feature")) == source["target"].nunique()
