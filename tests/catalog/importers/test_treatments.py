import numpy as np
import pytest

from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.roles import roles_of
from workbench.catalog.importers.treatments import Treatments, treatments_of
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError
from workbench.nouns import Perturbation

GENES = frozenset({"TP53", "KRAS", "KLF1", "SET", "NA"})


def treatments(path, genes: frozenset[str] = GENES, **said: str) -> Treatments:
    table = open_table(path)
    roles = roles_of(table, Wishes(**said))
    return treatments_of(
        table.texts([n for n in table.columns if n not in roles.features]), roles, Wishes(**said), genes
    )


def ids(found: Treatments) -> list[str]:
    return [getattr(found.perturbations[code], "perturbation_id", "refused") for code in found.codes]


@pytest.mark.parametrize(
    "column", ["compound_name", "treatment", "pert_iname", "Metadata_Compound", "drug", "cmap_name"]
)
@pytest.mark.parametrize(
    "control", ["DMSO", "dmso", "negcon", "Vehicle", "DMSO 0.1%", "neg_control", "EMPTY", "untreated"]
)
def test_controls_are_found_by_their_name(write_csv, column: str, control: str) -> None:
    found = treatments(write_csv(f"plate,well,{column},f1\nP,A1,{control},1\nP,A2,drug-1,2\n"))
    assert found.is_control[found.codes].tolist() == [True, False]
    assert ids(found)[1] == "compound:NAME:drug-1"


@pytest.mark.parametrize("control", ["non-targeting", "NT", "ctrl", "control", "non-targeting_00021", "NTC", "sgNT_3"])
def test_controls_of_genes_are_found_by_their_name(write_csv, control: str) -> None:
    found = treatments(write_csv(f"plate,well,target_gene,f1\nP,A1,{control},1\nP,A2,TP53,2\n"))
    assert found.is_control[found.codes].tolist() == [True, False]
    assert ids(found)[1] == "knock-out:TP53"


def test_empty_wells_are_no_controls_where_there_are_better_ones(write_csv) -> None:
    found = treatments(write_csv("plate,well,drug,f1\nP,A1,DMSO,1\nP,A2,EMPTY,2\nP,A3,x,3\n"))
    assert found.is_control[found.codes].tolist() == [True, False, False]
    assert found.control_names() == {"DMSO": 1}
    assert ids(found)[1] == "control:EMPTY"


def test_positive_controls_are_treatments(write_csv) -> None:
    head = "Metadata_Plate,Metadata_Well,Metadata_pert_type,Metadata_control_type,Metadata_pert_iname,f\n"
    found = treatments(write_csv(head + "P,A1,control,poscon_cp,AMG900,1\nP,A2,control,negcon,DMSO,1\nP,A3,trt,,x,1\n"))
    assert found.is_control[found.codes].tolist() == [False, True, False]
    assert ids(found)[0] == "compound:NAME:amg900"


def test_labels_of_gene_pairs_are_taken_apart(write_csv) -> None:
    text = "condition,f1\nctrl,1\nTP53+ctrl,1\nKLF1+TP53,1\nTP53+KLF1,1\nKRAS_SET,1\n1-Mar,1\n"
    found = treatments(write_csv(text))
    pair = "knock-out:KLF1+knock-out:TP53"
    assert ids(found) == ["control:ctrl", "knock-out:TP53", pair, pair, "knock-out:KRAS+knock-out:SET", "refused"]


def test_labels_are_compounds_unless_they_are_genes(write_csv) -> None:
    path = write_csv("perturbation,dose,f1\nJQ1,1,1\nTaxol,2,1\ncontrol,0,1\n")
    assert ids(treatments(path)) == ["compound:NAME:jq1@1", "compound:NAME:taxol@2", "control:control"]
    assert ids(treatments(path, perturbation_kind="knock-down"))[0] == "knock-down:JQ1"


@pytest.mark.parametrize(
    ("column", "cell", "dose_um"),
    [("dose_um", "10", 10), ("concentration", "10 nM", 0.01), ("dose_nm", "250", 0.25), ("mmoles_per_liter", "0.005", 5),
     ("dose", "2,5 µM", 2.5), ("dose", "1 mM", 1000), ("dose", "high", None), ("dose", "", None)],
)  # fmt: skip
def test_doses_are_micromolar(write_csv, column: str, cell: str, dose_um: float | None) -> None:
    found = treatments(write_csv(f'plate,well,drug,{column},f1\nP,A1,x,"{cell}",1\n'))
    assert found.perturbations[0].dose_um == (() if dose_um is None else pytest.approx((dose_um,)))


def test_lincs_types_say_what_was_done(write_csv) -> None:
    text = "det_plate,det_well,pert_type,pert_iname,cell_id,pert_time,f1\nP,A1,ctl_vehicle,DMSO,A549,24,1\n"
    found = treatments(write_csv(text + "P,A2,trt_sh,TP53,A549,96,1\nP,A3,trt_cp,TP53,A549,24,1\n"))
    assert ids(found) == ["control:DMSO", "knock-down:TP53", "compound:NAME:tp53"]
    assert [found.contexts[code].context_id for code in found.codes] == ["A549|24h|", "A549|96h|", "A549|24h|"]


def test_a_control_label_can_be_said(write_csv) -> None:
    path = write_csv("plate,well,drug,f1\nP,A1,Buffer,1\nP,A2,x,1\n")
    found = treatments(path, control_label="buffer")
    assert found.is_control[found.codes].tolist() == [True, False]
    with pytest.raises(InputError, match=r"no row has the control label 'DMSO'.*Buffer"):
        treatments(path, control_label="DMSO")
    with pytest.raises(InputError, match="no kind of perturbation"):
        Wishes(perturbation_kind="magic")
    with pytest.raises(InputError, match="cannot be said"):
        Wishes.of({"colour": "red"})


def test_names_with_hidden_signs_are_refused(write_csv) -> None:
    found = treatments(write_csv("plate,well,drug,f1\nP,A1,gnp\u202e.exe,1\nP,A2,<b>x</b>,1\n"))
    assert not isinstance(found.perturbations[found.codes[0]], Perturbation)
    assert np.isin("compound:NAME:<b>x</b>", ids(found))


def test_guides_named_by_a_label_are_of_their_gene(write_csv) -> None:
    found = treatments(
        write_csv("perturbation,f1\nTP53_g1,1\nsgKRAS-2,1\nTP53,1\nnon-targeting_3,1\n"), perturbation_kind="knock-down"
    )
    assert ids(found) == [
        "knock-down:TP53/TP53_g1",
        "knock-down:KRAS/sgKRAS-2",
        "knock-down:TP53",
        "control:non-targeting_3",
    ]


def test_genes_of_one_cell_are_a_combination_whatever_the_sign(write_csv) -> None:
    for sign in "+|;&":
        found = treatments(write_csv(f"plate,well,gene,f1\nP,A1,TP53{sign}KLF1,1\nP,A2,TP53{sign}ctrl,1\n"))
        assert ids(found) == ["knock-out:KLF1+knock-out:TP53", "knock-out:TP53"]


def test_a_plus_in_the_name_of_a_compound_makes_no_mixture(write_csv) -> None:
    text = (
        "perturbation,perturbation_type,f1\n(+)-JQ1,drug,1\nTaxol+JQ2,drug,1\nTaxol,drug,1\nJQ2,drug,1\nDMSO,drug,1\n"
    )
    found = treatments(write_csv(text))
    assert ids(found)[:2] == ["compound:NAME:(+)-jq1", "compound:NAME:jq2+compound:NAME:taxol"]


def test_untreated_wells_are_no_matched_controls_beside_vectors(write_csv) -> None:
    head = "det_plate,det_well,pert_type,pert_iname,f1\n"
    both = "P,A1,ctl_vector,EGFP,1\nP,A2,ctl_untrt,UnTrt,1\nP,A3,trt_oe,TP53,1\n"
    found = treatments(write_csv(head + both))
    assert found.is_control[found.codes].tolist() == [True, False, False]
    found = treatments(write_csv(head + both.replace("ctl_vector", "ctl_untrt"), "b.csv"))
    assert found.is_control[found.codes].tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("dose", "unit", "dose_um"),
    [("10", "um", 10), ("100", "nM", 0.1), ("5", "ng/ml", None), ("-666", "-666", None), ("3", "", 3)],
)
def test_units_that_are_no_concentration_give_no_dose(write_csv, dose: str, unit: str, dose_um: float | None) -> None:
    found = treatments(write_csv(f"plate,well,drug,dose_value,dose_unit,f1\nP,A1,x,{dose},{unit},1\n"))
    assert found.perturbations[0].dose_um == (() if dose_um is None else pytest.approx((dose_um,)))
