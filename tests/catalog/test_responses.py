import numpy as np

from workbench.catalog import responses
from workbench.catalog.store import Catalog


def test_a_gene_has_all_its_responses(imported: Catalog) -> None:
    found = responses.find_responses(imported, gene="BRAF")
    assert {item.dataset for item in found} >= {"l1000_orf_u2os", "screen_il2", "screen_ifng"}
    for item in found:
        assert item.delta.shape == (len(item.readouts),)
        assert "BRAF" in item.perturbation.genes
    l1000 = [item for item in found if item.dataset == "l1000_orf_u2os"]
    assert all(item.n >= 2 and item.context.time_h == 72 for item in l1000)
    assert responses.find_responses(imported, gene="no such gene") == []


def test_a_compound_has_all_its_responses(imported: Catalog) -> None:
    found = responses.find_responses(imported, compound="RYMZZMVNJRMUDD-HGQWONQESA-N")  # simvastatin
    assert {item.dataset for item in found} >= {"bbbc021", "nelisa_jump_target"}


def test_one_response_or_none(imported: Catalog) -> None:
    (first, *_) = responses.read_responses(imported, "nelisa_jump_target")
    again = responses.read_response(imported, "nelisa_jump_target", first.perturbation.perturbation_id)
    np.testing.assert_array_equal(again.delta, first.delta)
    assert -1 <= again.replicate_agreement <= 1
    assert responses.read_response(imported, "nelisa_jump_target", "compound:none") is None


def test_simulated_responses_say_so(imported: Catalog) -> None:
    assert all(item.simulated for item in responses.read_responses(imported, "simulated_lab"))


def test_plates_and_their_wells(imported: Catalog) -> None:
    plates = responses.plate_names(imported, "nelisa_jump_target")
    assert plates == [f"compound_A549_24_{i}" for i in (1, 2, 3, 4)]
    table = responses.plate_table(imported, "nelisa_jump_target", plates[0])
    assert table["is_control"].sum() == 64
    assert {"Metadata_Well", "perturbation_id", "Metadata_Name", "cell_count"} <= set(table.columns)
    assert responses.readouts_of(imported, "nelisa_jump_target")[0]
