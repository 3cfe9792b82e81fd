"""The planted truth: most edges of the database are true with the right sign, the wrong ones say 0."""

from workbench.cells.ask import ask, explain
from workbench.cells.planted import planted_weights, with_planted_truth


def test_edges_of_the_simulated_database_are_told_from_wrong_ones(shared_lab):
    rows = shared_lab.catalog.lake.rows(
        "SELECT source, target, sign FROM lake.network_edge WHERE network = 'simulated prior'"
    )
    edges = with_planted_truth(shared_lab.catalog, {"nodes": [], "edges": rows})["edges"]
    true = [edge for edge in edges if edge["planted"]]
    assert 0.75 < len(true) / len(edges) < 0.9
    assert all(edge["planted"] * edge["sign"] > 0 for edge in true)
    assert len(planted_weights(11)) == 320
    assert with_planted_truth(shared_lab.catalog, {}) == {}


def test_only_simulated_explanations_carry_it(shared_lab):
    simulated = explain(shared_lab.catalog, ask(shared_lab.catalog, "simulated", "over-expression:SIM-036", "p"))
    assert simulated.network["edges"]
    assert all("planted" in edge for edge in simulated.network["edges"])
    real = explain(shared_lab.catalog, ask(shared_lab.catalog, "l1000_orf", "over-expression:TP53", "p"))
    assert not any("planted" in edge for edge in real.network["edges"])
