from typing import Any

import numpy as np
import pytest

from tests.mapped import InlineRun
from workbench.catalog.molecules import read_ensemble
from workbench.catalog.store import Catalog
from workbench.errors import DataQualityError, InputError, JobError
from workbench.jobs.conformers import conformers, estimate


class DyingRun(InlineRun):
    """Remembers finished steps as a worker's store does, and dies before the step it is told."""

    def __init__(self, catalog: Any, memory: dict[str, Any], die_at: str = "") -> None:
        super().__init__(catalog)
        self.memory, self.die_at = memory, die_at

    def step(self, name: str, function: Any, *arguments: Any) -> Any:
        if name == self.die_at:
            raise JobError("killed")
        if name not in self.memory:
            self.memory[name] = super().step(name, function, *arguments)
        return self.memory[name]


def test_the_same_request_twice_is_one_ensemble(empty_catalog: Catalog) -> None:
    first = conformers(InlineRun(empty_catalog), "CCCCO", n=12, seed=4)
    again = InlineRun(empty_catalog)
    assert conformers(again, "OCCCC", n=12, seed=4) == first
    assert again.steps == []
    assert conformers(InlineRun(empty_catalog), "CCCCO", n=12, seed=5) != first


@pytest.mark.parametrize("die_at", ["embed 0", "embed 1", "write"])
def test_killed_between_steps_and_resumed_gives_the_same_numbers(empty_catalog: Catalog, die_at: str) -> None:
    whole = read_ensemble(empty_catalog, conformers(InlineRun(empty_catalog), "CCCCO", n=12, seed=4))
    with empty_catalog.lake.writing("forget") as cursor:
        cursor.execute("DELETE FROM lake.ensemble")
        cursor.execute("DELETE FROM lake.conformer")
    memory: dict[str, Any] = {}
    with pytest.raises(JobError):
        conformers(DyingRun(empty_catalog, memory, die_at), "CCCCO", n=12, seed=4)
    resumed = read_ensemble(empty_catalog, conformers(DyingRun(empty_catalog, memory), "CCCCO", n=12, seed=4))
    assert resumed.ensemble_id == whole.ensemble_id
    assert np.array_equal(resumed.positions, whole.positions)


def test_what_cannot_be_made_is_said_and_leaves_no_rows(empty_catalog: Catalog) -> None:
    with pytest.raises(InputError, match="separate parts"):
        conformers(InlineRun(empty_catalog), "CC(=O)[O-].[Na+]")
    with pytest.raises(InputError, match="not a SMILES"):
        conformers(InlineRun(empty_catalog), "C1CC(")
    with pytest.raises(DataQualityError, match="RDKit gave up"):
        conformers(InlineRun(empty_catalog), "C[C@]12C[C@@]1(C)C2", n=4)
    assert empty_catalog.lake.value("SELECT count(*) FROM lake.ensemble") == 0


def test_the_estimate_grows_with_the_request_and_forgives_nonsense() -> None:
    assert estimate("CCO", n=10) < estimate("CC(C)Cc1ccc(cc1)C(C)C(=O)O", n=200)
    assert estimate("C1CC(") == 0.0
