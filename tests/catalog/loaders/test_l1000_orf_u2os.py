import numpy as np


def test_counts_are_those_of_the_source(loaded) -> None:
    wells = loaded("l1000_orf_u2os", "well")
    assert len(wells) == 1092
    assert wells["Metadata_pert_type"].value_counts().to_dict() == {"trt_oe": 934, "ctl_untrt": 86, "ctl_vector": 72}
    assert wells["is_control"].sum() == 72
    assert wells["Metadata_Plate"].nunique() == 3
    perturbations = loaded("l1000_orf_u2os", "perturbation")
    treated = perturbations[perturbations["kind"] != "control"]
    assert len(treated) == 324
    assert treated["genes"].map(lambda genes: genes[0]).nunique() == 189


def test_only_vector_wells_are_controls_and_untreated_ones_take_no_part(loaded) -> None:
    wells = loaded("l1000_orf_u2os", "well")
    assert set(wells.loc[wells["is_control"], "perturbation_id"]) == {"control:vector"}
    responses = loaded("l1000_orf_u2os", "response")
    assert not responses["perturbation_id"].str.startswith("control").any()
    assert (responses["n_controls"] == 72).mean() > 0.9  # 24 vector wells on each of three plates


def test_responses_are_clipped_and_find_the_gene_itself(loaded) -> None:
    responses = loaded("l1000_orf_u2os", "response")
    delta = np.stack(responses["delta"])
    assert np.abs(delta).max() <= 20  # values within ±10, so changes within ±20
    symbols = loaded("l1000_orf_u2os", "feature")["Metadata_Symbol"].tolist()
    genes = [key.split(":")[1].split("/")[0] for key in responses["perturbation_id"]]
    own = np.array([delta[i, symbols.index(gene)] for i, gene in enumerate(genes) if gene in symbols])
    assert len(own) > 50
    assert (own > 2).mean() > 3 * (delta > 2).mean()  # the source: 23.4 % of wells above z = 2 against 5.1 %


def test_genes_carry_ncbi_ids(loaded) -> None:
    genes = loaded("l1000_orf_u2os", "gene").set_index("Metadata_Symbol")
    assert len(genes) == 978
    assert genes.at["CDK4", "Metadata_NCBI_Gene_ID"] == 1019
    assert "cyclin" in genes.at["CDK4", "title"]
