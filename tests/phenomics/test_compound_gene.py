import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from workbench.errors import DataQualityError, InputError
from workbench.phenomics.compound_gene import compound_gene_benchmark


def screen(effect: float, n_compounds: int = 30, n_genes: int = 60) -> tuple[np.ndarray, ...]:
    """Three concentrations a compound; the highest one looks like (or opposite to) its one or two targets."""
    rng = np.random.default_rng(0)
    gene_vectors = rng.normal(size=(n_genes, 24))
    genes = np.array([f"G{i:02d}" for i in range(n_genes)])
    compound = np.repeat([f"c{i:02d}" for i in range(n_compounds)], 3)
    vectors = rng.normal(size=(len(compound), 24))
    targets = []
    for i in range(n_compounds):
        for j in rng.choice(40, 1 + i % 2, replace=False):  # twenty genes are nobody's target: not of the ground truth
            targets.append((f"c{i:02d}", genes[j]))
            vectors[3 * i + 2] += effect * gene_vectors[j]
    return vectors, compound, gene_vectors, genes, np.array(targets)


def test_planted_targets_come_first_and_noise_scores_as_shuffled_genes() -> None:
    good, noise = compound_gene_benchmark(*screen(2.0)), compound_gene_benchmark(*screen(0.0))
    assert good.auc_median[0] > 0.95 > 0.6 > good.auc_null
    assert good.precision_median[0] > 5 * good.precision_null
    assert max(good.auc_p, good.precision_p) < 0.01
    assert noise.auc_median[1] < noise.auc_null < noise.auc_median[2]
    assert min(noise.auc_p, noise.precision_p) > 0.01
    assert noise.auc_null == pytest.approx(0.5, abs=0.05)


def test_each_compound_equals_scikit_learn_word_by_word() -> None:
    vectors, compound, gene_vectors, genes, targets = screen(0.7)
    found = compound_gene_benchmark(vectors, compound, gene_vectors, genes, targets, n_null=5)
    unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)
    truth = sorted(set(targets[:, 1]))
    among = unit(gene_vectors)[[list(genes).index(gene) for gene in truth]]
    for i, name in enumerate(found.compounds):
        score = np.abs((unit(vectors[compound == name]) @ among.T).max(axis=0))
        known = np.isin(truth, targets[targets[:, 0] == name, 1])
        assert found.auc[i] == pytest.approx(roc_auc_score(known, score), abs=1e-12)
        assert found.precision[i] == pytest.approx(average_precision_score(known, score), abs=1e-12)
        assert found.n_targets[i] == known.sum()
    assert found.n_genes == len(truth)


def test_pairs_off_the_map_repeats_and_order_change_nothing_and_sampling_is_seeded() -> None:
    vectors, compound, gene_vectors, genes, targets = screen(0.7)
    base = compound_gene_benchmark(vectors, compound, gene_vectors, genes, targets, n_null=5)
    more = np.vstack([targets[::-1], targets, [("c00", "absent"), ("absent", "G00")]])
    same = compound_gene_benchmark(vectors, compound, gene_vectors, genes, more, n_null=5)
    np.testing.assert_array_equal(same.auc, base.auc)
    one, two = (compound_gene_benchmark(*screen(0.7), n_negative=10, n_null=5, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.precision, two.precision)
    assert one.precision.mean() > base.precision.mean()  # fewer negatives, higher precision: n has to be said


def test_what_cannot_be_ranked_is_named() -> None:
    vectors, compound, gene_vectors, genes, targets = screen(0.7)
    with pytest.raises(InputError, match="'G00' is on the map more than once"):
        compound_gene_benchmark(vectors, compound, gene_vectors, np.array(["G00", "G00", *genes[2:]]), targets)
    with pytest.raises(InputError, match="one space"):
        compound_gene_benchmark(vectors[:, :3], compound, gene_vectors, genes, targets)
    with pytest.raises(InputError, match="every vector needs a name"):
        compound_gene_benchmark(vectors, compound[1:], gene_vectors, genes, targets)
    with pytest.raises(InputError, match="pairs of"):
        compound_gene_benchmark(vectors, compound, gene_vectors, genes, targets[:, :1])
    with pytest.raises(DataQualityError, match="none of 1 pairs"):
        compound_gene_benchmark(vectors, compound, gene_vectors, genes, targets[:1])
