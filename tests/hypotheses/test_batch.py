from dataclasses import replace

import pytest

from tests.hypothesised import hypothesis
from workbench.errors import InputError
from workbench.hypotheses.batch import check_cost, plates_of
from workbench.nouns import Hypothesis, Perturbation
from workbench.nouns.experiment import Design

CONTROL = "control:vector"
NAMES = {CONTROL: "vector", "over-expression:TP53/R1": "TP53"}


def asked(n: int) -> list[Hypothesis]:
    made = []
    for i in range(n):
        what = Perturbation.of_gene("over-expression", f"G{i}", "R1")
        made.append(hypothesis(hypothesis_id=f"h{i}", number=i + 1, perturbation=what))
    return made


def test_plates_carry_treatments_and_both_kinds_of_controls() -> None:
    design = Design(n_positive=3, positive_control="over-expression:TP53/R1")
    plates = plates_of("E", 7, asked(4), design, CONTROL, NAMES, seed=5)
    assert [plate.plate_barcode for plate in plates] == ["WB0007-1", "WB0007-2", "WB0007-3"]
    for plate in plates:
        roles = [well.role for well in plate.wells]
        assert (roles.count("treatment"), roles.count("negative control"), roles.count("positive control")) == (4, 8, 3)
        assert {w.perturbation_name for w in plate.wells if w.role == "positive control"} == {"TP53"}
        assert {w.hypothesis_id for w in plate.wells if w.role == "treatment"} == {"h0", "h1", "h2", "h3"}
    assert plates == plates_of("E", 7, asked(4), design, CONTROL, NAMES, seed=5)


def test_two_questions_about_one_perturbation_share_its_wells() -> None:
    twins = [*asked(2), hypothesis(hypothesis_id="again", perturbation=asked(1)[0].perturbation)]
    plates = plates_of("E", 1, twins, Design(replicates=4), CONTROL, NAMES, seed=0)
    assert len(plates) == 4  # more replicates than the declared rule asks for
    assert all(sum(well.role == "treatment" for well in plate.wells) == 2 for plate in plates)


def test_what_is_asked_about_is_no_positive_control() -> None:
    items = asked(2)
    design = Design(n_positive=2, positive_control=items[0].perturbation.perturbation_id)
    with pytest.raises(InputError, match="cannot be its positive control"):
        plates_of("E", 1, items, design, CONTROL, NAMES, seed=0)


def test_a_batch_stays_within_its_budget() -> None:
    items = [replace(item, cost=2.5) for item in asked(4)]
    assert check_cost(items, None) == 10.0 == check_cost(items, 10.0)
    with pytest.raises(InputError, match="4 hypotheses cost 10; 9 may be spent"):
        check_cost(items, 9.0)
