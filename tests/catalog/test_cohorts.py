import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog import cohorts
from workbench.errors import ConflictError, InputError, UnknownNameError
from workbench.lab import Lab


def test_a_cohort_is_saved_once_under_its_name(mapped_lab: Lab) -> None:
    saved = cohorts.save_cohort(mapped_lab.catalog, " RAF pathway ", "l1000_orf_u2os", ["a", "b", "a"], "ada")
    assert saved.name == "RAF pathway"
    assert saved.entities == ("a", "b")
    assert cohorts.get_cohort(mapped_lab.catalog, saved.cohort_id) == saved
    assert saved in cohorts.list_cohorts(mapped_lab.catalog, "l1000_orf_u2os")
    with pytest.raises(ConflictError, match="RAF pathway"):
        cohorts.save_cohort(mapped_lab.catalog, "RAF pathway", "l1000_orf_u2os", ["c"], "bob")


def test_empty_names_and_selections_are_refused(mapped_lab: Lab) -> None:
    with pytest.raises(InputError, match="name"):
        cohorts.save_cohort(mapped_lab.catalog, "  ", "m", ["a"], "ada")
    with pytest.raises(InputError, match="at least one"):
        cohorts.save_cohort(mapped_lab.catalog, "none", "m", [], "ada")
    with pytest.raises(UnknownNameError, match="nowhere"):
        cohorts.get_cohort(mapped_lab.catalog, "nowhere")
