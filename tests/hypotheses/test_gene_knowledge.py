"""What is known of genes: degrees, sets, words of names and morphology as columns; similarity as unit features."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workbench.hypotheses.gene_knowledge import know_genes, name_words

EDGES = {"net": [("A1", "B1"), ("A1", "C1"), ("B1", "C1"), ("D1", "E1")]}
SETS = {"paths": {"p": ["A1", "D1"], "q": ["E1", "D1"], "r": ["A1", "B1"]}}
TITLES = {f"MRPL{i}": "mitochondrial ribosomal protein" for i in range(4)} | {"A1": "alpha", "E1": "epsilon kinase"}


def morphology():
    cells = {"A1": 10, "B1": 1000, "C1": 900, "D1": 800, "E1": None}
    return [
        {"plate": "P", "gene": gene, "cell_count": n, "expressed": gene != "E1", "vector": [1.0, 0.0],
         "signal_score": None if gene == "E1" else float(i)}
        for i, (gene, n) in enumerate(cells.items())
    ]  # fmt: skip


@pytest.fixture(scope="module")
def knowledge():
    return know_genes(EDGES, SETS, TITLES, morphology())


def test_columns_say_degree_sets_fitness_and_morphology(knowledge):
    column = dict(zip(knowledge.names, knowledge.covariates.T, strict=True))
    place = knowledge.index
    assert column["degree in net"][place["A1"]] == pytest.approx(np.log(3))
    assert column["sets of paths"][place["D1"]] == pytest.approx(np.log(3))
    assert column["few cells in P"][place["A1"]] > column["few cells in P"][place["B1"]]
    assert np.isnan(column["few cells in P"][place["MRPL0"]])
    assert column["expressed in P"][place["E1"]] == 0


def test_a_pool_is_standardised_within_itself_and_the_unknown_is_the_mean(knowledge):
    genes = ["A1", "B1", "C1", "D1", "never heard of"]
    design = knowledge.design(genes, {"more": np.array([1.0, 2, 3, 4, np.nan])})
    assert design.shape == (5, len(knowledge.names) + 1)
    assert np.abs(design.mean(axis=0)).max() < 1e-9
    np.testing.assert_array_equal(design[4], 0)
    assert np.isfinite(design).all()


def test_blocks_are_unit_rows_or_nothing(knowledge):
    genes = ["A1", "MRPL0", "MRPL1", "nobody"]
    blocks = knowledge.blocks_of(genes, knowledge.design(genes))
    for name, block in blocks.items():
        dense = np.asarray(block.todense()) if hasattr(block, "todense") else block
        norms = np.linalg.norm(dense, axis=1)
        assert all(abs(norm) < 1e-9 or abs(norm - 1) < 1e-9 for norm in norms), name
        if name != "covariates":
            assert norms[3] == 0
    name = blocks["name"].toarray()
    assert name[1] @ name[2] == pytest.approx(1.0)  # one family
    assert name[0] @ name[1] == 0


def test_words_of_a_name():
    assert name_words("MRPL12", "mitochondrial ribosomal protein L12") == {
        "mitochondrial",
        "ribosomal",
        "protein",
        "l12",
        "#MRPL",
    }
    assert name_words("A1", "") == set()


def test_nothing_known_still_gives_a_pool():
    bare = know_genes(EDGES, {}, {})
    assert bare.design(["A1", "x"]).shape == (2, 1)
    assert set(bare.blocks_of(["A1", "x"], bare.design(["A1", "x"]))) == {"neighbours in net", "covariates"}


def test_every_process_has_the_same_columns_whatever_its_hash_seed():
    """A resumed campaign runs in another process: the order of words must not depend on how that one hashes text."""
    code = (
        "import hashlib; from workbench.hypotheses.gene_knowledge import know_genes\n"
        "titles = {f'G{i}': f'alpha beta gamma delta{i % 3} kinase{i % 4} factor{i % 5}' for i in range(40)}\n"
        "block = know_genes({'net': [('G1', 'G2')]}, {'p': {'s': ['G1', 'G3']}}, titles).blocks['name']\n"
        "print(hashlib.sha256(block.toarray().tobytes()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    found = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(found) == 1
