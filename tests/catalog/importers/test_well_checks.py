"""The checks on real plates: the published inflation of the L1000 set is flagged, siblings of a gene are counted."""

import re

import pandas as pd
import pytest

from tests import perturbed
from workbench.catalog.batch import Batch
from workbench.catalog.importers import well_checks
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.profiles import Profiles
from workbench.catalog.importers.wishes import Wishes


@pytest.fixture(scope="module")
def facts() -> dict:
    path = perturbed.BUNDLED / "l1000_orf_u2os" / "wells.parquet"
    return Profiles().read(open_table(path), Batch("mine"), Wishes(), frozenset(), None)


def test_the_shared_control_of_the_l1000_plates_is_flagged(facts: dict) -> None:
    same, apart, gain = map(
        float, re.findall(r"rD (\S+) with .* and (\S+) with disjoint .*: (\S+) is shared", facts["control check"])[0]
    )
    assert same == pytest.approx(0.278, abs=0.03)  # measured with half of the vector wells
    assert apart == pytest.approx(0.070, abs=0.03)
    assert gain > 0.15
    assert "flagged" in facts["control check"]
    assert "all 324 perturbations have controls in their own plate" in facts["control check"]


def test_constructs_of_a_gene_are_counted(facts: dict) -> None:
    assert facts["leakage check"].startswith("324 constructs or guides are of 189 genes: split by gene")


def test_long_tables_are_sampled_by_plate_or_not_read_again(write_csv, monkeypatch) -> None:
    wells = pd.read_parquet(perturbed.BUNDLED / "l1000_orf_u2os" / "wells.parquet").iloc[:, :63]
    path = write_csv(wells.to_csv(index=False))
    monkeypatch.setattr(well_checks, "MAX_VALUES", 20_000)
    found = Profiles().read(open_table(path), Batch("mine"), Wishes(), frozenset(), None)
    assert found["control check"].endswith("(on 1 of 3 plates)")
    monkeypatch.setattr(well_checks, "MAX_TEXT", 20_000)
    found = Profiles().read(open_table(path), Batch("mine"), Wishes(), frozenset(), None)
    assert "cannot be told" in found["control check"]
    assert "324 constructs" in found["leakage check"]
