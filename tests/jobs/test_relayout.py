import numpy as np
import pytest

from workbench.errors import InputError
from workbench.lab import Lab


def test_a_subset_becomes_a_map_that_says_so_and_repeats_harmlessly(lab: Lab) -> None:
    whole = lab.maps.get("nelisa_jump_target")
    chosen = np.arange(0, 80, 2)
    job = lab.maps.relayout("nelisa_jump_target", chosen, "every second", inline=True)
    part = lab.maps.get(job.result_id)
    assert part.map_id != whole.map_id
    assert "subset of 40 of" in part.title
    assert part.entities == tuple(whole.entities[i] for i in chosen)
    assert np.allclose(part.vectors, whole.vectors[chosen])
    assert not np.allclose(part.layout, whole.layout[chosen])
    assert "those of the whole map" in part.quality["warnings"][0]
    cohort = lab.maps.get_cohort(job.arguments["cohort_id"])
    again = lab.maps.relayout("nelisa_jump_target", cohort, inline=True)
    assert again.result_id == job.result_id
    assert np.array_equal(lab.maps.get(again.result_id).layout, part.layout)


def test_too_few_to_draw_are_refused(lab: Lab) -> None:
    with pytest.raises(InputError, match="at least 5"):
        lab.maps.relayout("nelisa_jump_target", np.arange(3), "three", inline=True)
