from workbench.nouns import Cohort
from workbench.views import draw


def test_a_cohort_lists_its_members_by_label() -> None:
    cohort = Cohort("C1", "<i>mine</i>", "bbbc021", ("a", "b"), "ada")
    view = draw(cohort, labels={"a": "taxol"})
    assert view.data()["label"].tolist() == ["taxol", "b"]
    heading = view.panel()[0].object
    assert "<i>" not in heading
    assert "2 entities of bbbc021" in heading
    assert "C1" in view.python()
