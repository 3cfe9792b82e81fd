"""The drawn network: perturbed genes, what lies between, moved readouts; bounded, every edge between its nodes."""

from workbench.cells.explain import Moved
from workbench.cells.explain_network import mechanism_network
from workbench.nouns import Explanation
from workbench.nouns.explanation import MAX_NODES


def test_paths_lead_from_the_perturbed_gene_to_readouts_with_signs_and_papers(prediction, mechanisms):
    network = mechanism_network(prediction, Moved.of(prediction), mechanisms, prediction.delta / 2)
    roles = {node["gene"]: node["role"] for node in network["nodes"]}
    assert (roles["G"], roles["M"]) == ("perturbed", "between")
    assert sum(role == "readout" for role in roles.values()) == 10
    assert Explanation("p", (), network=network).network is network
    node = next(node for node in network["nodes"] if node["gene"] == "R3")
    assert (node["predicted"], node["measured"]) == (5.0, 2.5)
    assert {edge["sign"] for edge in network["edges"] if edge["source"] == "M"} == {-1, 1}
    assert ("11", "22") in {edge["pubmed"] for edge in network["edges"]}


def test_it_stays_small_and_empty_where_nothing_is_known(prediction, mechanisms):
    import dataclasses

    wide = dataclasses.replace(
        prediction, perturbation=dataclasses.replace(prediction.perturbation, genes=("T1", "T2", "T3"))
    )
    all_moved = Moved(frozenset(prediction.readouts), None, frozenset(prediction.readouts))
    assert 10 < len(mechanism_network(wide, all_moved, mechanisms, None)["nodes"]) <= MAX_NODES
    nowhere = dataclasses.replace(
        prediction, perturbation=dataclasses.replace(prediction.perturbation, genes=("nowhere",))
    )
    lone = mechanism_network(nowhere, all_moved, mechanisms, None)
    assert lone["edges"] == []
    assert [node["gene"] for node in lone["nodes"]] == ["nowhere"]
