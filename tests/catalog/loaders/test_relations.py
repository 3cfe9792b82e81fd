import pytest


@pytest.mark.parametrize(("network", "n"), [("Reactome", 18565), ("hu.MAP", 58538), ("STRING", 58059)])
def test_pairs_are_those_of_the_source(loaded, network: str, n: int) -> None:
    edges = loaded("gene_relationships", "network_edge")
    edges = edges[edges["network"] == network]
    assert len(edges) == n
    assert (edges["source"] < edges["target"]).all()
    assert not edges.duplicated(["source", "target"]).any()
    assert not edges["directed"].any()


def test_gene_sets_are_those_of_the_source(loaded) -> None:
    assert loaded("hallmark", "gene_set")["gene_set"].nunique() == 50
    reactome = loaded("reactome_pathways", "gene_set")
    assert reactome["gene_set"].nunique() == 2444
    assert reactome["accession"].str.startswith("R-HSA-").all()
    assert len(loaded("core_essential", "gene_set")) == 684


def test_signs_of_a_network_that_is_brought(tmp_path) -> None:
    import pandas as pd

    from workbench.catalog.batch import Batch
    from workbench.catalog.entries import find_entry
    from workbench.catalog.loaders import LOADERS
    from workbench.settings import Settings

    row = {"source": "TP53", "target": "MDM2", "sign": 1, "weight": 1.0, "evidence": "x"}
    path = tmp_path / "edges.parquet"
    pd.DataFrame([row]).to_parquet(path)
    batch = Batch("omnipath")
    entry = find_entry(Settings(mirror=None), "omnipath")
    LOADERS.find(entry.loader).thing(entry, dict.fromkeys(entry.files, path), batch)
    (edges,) = batch.frames["network_edge"]
    assert edges.iloc[0][["network", "directed", "sign"]].tolist() == ["OmniPath", True, 1]
