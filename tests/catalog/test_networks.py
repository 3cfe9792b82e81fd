from workbench.catalog import networks
from workbench.catalog.store import Catalog


def test_relations_of_a_gene_on_either_side(imported: Catalog) -> None:
    frame = networks.relations_of(imported, "BRAF")
    assert ((frame["source"] == "BRAF") | (frame["target"] == "BRAF")).all()
    assert {"Reactome", "STRING"} <= set(frame["network"])
    assert {"RAF1", "MAP2K1"} & set(frame["source"]) | {"RAF1", "MAP2K1"} & set(frame["target"])
    assert networks.relations_of(imported, "no such gene").empty


def test_networks_and_their_sizes(imported: Catalog) -> None:
    names = networks.network_names(imported)
    assert names["hu.MAP"] == 58538
    assert networks.read_edges(imported, ["Reactome"]).num_rows == 18565
    assert networks.read_edges(imported, []).num_rows == 0


def test_gene_sets_both_ways(imported: Catalog) -> None:
    hallmark = networks.read_gene_sets(imported, "hallmark")
    assert len(hallmark) == 50
    assert "TP53" in hallmark["HALLMARK_P53_PATHWAY"]
    found = networks.gene_sets_of(imported, "TP53")
    assert "HALLMARK_P53_PATHWAY" in set(found["gene_set"])
    assert (found["n"].diff().dropna() >= 0).all()


def test_relations_are_read_once_an_edge_and_without_self_edges(imported: Catalog) -> None:
    table = networks.read_relations(imported, directed=False).to_pandas()
    assert {"Reactome", "STRING", "hu.MAP"} <= set(table["network"])
    assert not table.duplicated(["network", "source", "target"]).any()
    assert (table["source"] != table["target"]).all()
    assert networks.relations_stamp(imported)


def test_pubmed_ids_of_an_edge() -> None:
    assert networks.pubmed_ids("PMID:19255421,8631989") == ("19255421", "8631989")
    assert networks.pubmed_ids("DoRothEA level C") == networks.pubmed_ids("") == ()
