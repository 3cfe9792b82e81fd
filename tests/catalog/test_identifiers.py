"""From what people write to what the catalog knows."""

import pytest

from workbench.catalog import identifiers
from workbench.errors import UnknownNameError


def test_a_gene_by_any_case_and_with_its_name(shared_lab):
    gene = identifiers.find_gene(shared_lab.catalog, "psme1")
    assert (gene.symbol, gene.ncbi_gene_id) == ("PSME1", 5720)


def test_a_gene_by_alias_prefers_the_approved_name(shared_lab):
    gene = identifiers.find_gene(shared_lab.catalog, "her2")
    assert (gene.symbol, gene.title) == ("ERBB2", "erb-b2 receptor tyrosine kinase 2")
    assert "NEU" in gene.aliases


def test_a_gene_known_only_from_networks(shared_lab):
    assert identifiers.find_gene(shared_lab.catalog, "A1CF").symbol == "A1CF"


def test_a_compound_by_key_or_name_with_targets(shared_lab):
    by_key = identifiers.find_compound(shared_lab.catalog, "RYMZZMVNJRMUDD-HGQWONQESA-N")
    assert by_key == identifiers.find_compound(shared_lab.catalog, "SIMVASTATIN")
    assert "HMGCR" in by_key.targets
    assert any(
        row["inchikey"] == by_key.inchikey for row in identifiers.compounds_of_target(shared_lab.catalog, "HMGCR")
    )


def test_unknown_names_offer_the_nearest(shared_lab):
    with pytest.raises(UnknownNameError, match="BRAF"):
        identifiers.find_gene(shared_lab.catalog, "BRAFF")
    with pytest.raises(UnknownNameError, match="dexamethasone"):
        identifiers.find_compound(shared_lab.catalog, "dexamethazone")


def test_perturbations_of_a_gene_and_a_compound(shared_lab):
    kinds = {item.kind for item in identifiers.perturbations_with(shared_lab.catalog, gene="BRAF")}
    assert {"over-expression", "knock-out"} <= kinds
    found = identifiers.perturbations_with(shared_lab.catalog, compound="RYMZZMVNJRMUDD-HGQWONQESA-N")
    assert {item.kind for item in found} == {"compound"}
