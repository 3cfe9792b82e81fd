"""Gene names: aliases and former symbols are kept, one row a gene."""


def test_every_gene_once_with_name_and_aliases(loaded) -> None:
    genes = loaded("hgnc", "gene")
    assert genes["Metadata_Symbol"].is_unique
    by_symbol = genes.set_index("Metadata_Symbol")
    assert by_symbol.loc["BRAF", "title"] == "B-Raf proto-oncogene, serine/threonine kinase"
    assert by_symbol.loc["BRAF", "Metadata_NCBI_Gene_ID"] == 673
    assert {"HER2", "NEU"} <= set(by_symbol.loc["ERBB2", "aliases"])
    assert "HIST1H2BK" in by_symbol.loc["H2BC12", "aliases"], "a former symbol finds its gene"


def test_no_gene_is_its_own_alias(loaded) -> None:
    genes = loaded("hgnc", "gene")
    assert not any(symbol in names for symbol, names in zip(genes["Metadata_Symbol"], genes["aliases"], strict=True))
    assert all(name == name.strip() != "" for names in genes["aliases"] for name in names)
