import numpy as np
import pytest

from workbench.errors import DataQualityError, InputError
from workbench.phenomics.align.confounders import arm, cell_count


def knockouts(
    n_genes: int = 40, n_arms: int = 4, seed: int = 0
) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Two wells a gene; planted: the profile of the gene's arm, twice as strong as the gene's own."""
    rng = np.random.default_rng(seed)
    gene = np.repeat(np.arange(n_genes), 2)
    own, of_arm = rng.normal(size=(n_genes, 30)), 2 * rng.normal(size=(n_arms, 30))
    values = np.vstack([(own + of_arm[np.arange(n_genes) % n_arms])[gene], rng.normal(size=(6, 30))])
    control = np.arange(len(values)) >= 2 * n_genes
    wells = {
        "perturbation_id": np.append(gene.astype(str), ["control"] * 6), "is_control": control,
        "chromosome_arm": np.append((gene % n_arms).astype(str), [""] * 6),
        "not_expressed": np.append((gene // n_arms) % 2 == 0, [False] * 6),
    }  # fmt: skip
    return values, wells, own[gene]


def within_arm(values: np.ndarray, wells: dict[str, np.ndarray]) -> float:
    """Mean cosine of different genes on one arm."""
    treated = ~wells["is_control"]
    units = values[treated] / np.linalg.norm(values[treated], axis=1, keepdims=True)
    arms, gene = wells["chromosome_arm"][treated], wells["perturbation_id"][treated]
    pairs = (arms[:, None] == arms) & (gene[:, None] != gene)
    return float((units @ units.T)[pairs].mean())


@pytest.mark.parametrize("unexpressed", ["", "not_expressed"])
def test_the_planted_arm_profile_goes_and_the_genes_stay(unexpressed: str) -> None:
    values, wells, own = knockouts(n_genes=160)
    assert within_arm(values, wells) > 0.7
    done = arm(values, wells, unexpressed=unexpressed)
    assert abs(within_arm(done.values, wells)) < 0.3
    treated = ~wells["is_control"]
    left = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(done.values[treated], own, strict=True)])
    assert left.min() > 0.8
    np.testing.assert_array_equal(done.values[~treated], values[~treated])
    assert done.record["n_arms"] == 4


def test_a_gene_does_not_correct_itself() -> None:
    """One gene moved by 1000: it keeps all of that, the others of its arm lose their share of it."""
    values, wells, _ = knockouts()
    moved = values.copy()
    moved[:2] += 1000
    before, after = arm(values, wells).values, arm(moved, wells).values
    np.testing.assert_allclose(after[:2] - before[:2], 1000)
    np.testing.assert_allclose(after[8:10] - before[8:10], -1000 / 9)


def test_small_arms_stay_and_are_named_and_missing_columns_are_refused() -> None:
    values, wells, _ = knockouts()
    small = {
        **wells,
        "chromosome_arm": np.where(np.isin(wells["perturbation_id"], ["0", "4"]), "Yq", wells["chromosome_arm"]),
    }
    done = arm(values, small)
    assert done.record["arms_left"] == ["Yq"]
    assert "Yq" in done.warnings[0]
    np.testing.assert_array_equal(done.values[:2], values[:2])
    with pytest.raises(DataQualityError, match="none of 5"):
        arm(values, small, min_genes=90)
    with pytest.raises(InputError, match="'moon'"):
        arm(values, wells, column="moon")
    two = {**wells, "chromosome_arm": np.append(np.arange(80).astype(str), [""] * 6)}
    with pytest.raises(InputError, match="two arms"):
        arm(values, two)


def test_cell_counts_no_longer_predict_any_feature() -> None:
    rng = np.random.default_rng(0)
    count = rng.integers(5, 400, 200).astype(float)
    plate = np.repeat(["A", "B"], 100)
    noise = rng.normal(size=(200, 5))
    values = noise + np.outer(np.log1p(count), [3, -2, 1, 0, 5]) + 50 * (plate == "B")[:, None]
    wells = {"cell_count": count, "Metadata_Plate": plate, "is_control": np.zeros(200, bool)}
    done = cell_count(values, wells)
    for name in ("A", "B"):
        inside = plate == name
        for feature in done.values[inside].T:
            assert abs(np.corrcoef(feature, np.log1p(count[inside]))[0, 1]) < 0.2
    assert done.record["share_explained"] > 0.7
    assert done.values[plate == "B"].mean() - done.values[plate == "A"].mean() > 45  # the plate is another step's work


def test_cell_counts_that_are_missing_or_all_the_same_are_refused() -> None:
    wells = {"Metadata_Plate": np.array(["A"] * 4), "is_control": np.zeros(4, bool)}
    with pytest.raises(InputError, match="'cell_count'"):
        cell_count(np.eye(4), wells)
    with pytest.raises(InputError, match="1 of 4 wells have no cell_count"):
        cell_count(np.eye(4), {**wells, "cell_count": np.array([1, 2, np.nan, 4])})
    with pytest.raises(DataQualityError, match="does not vary"):
        cell_count(np.eye(4), {**wells, "cell_count": np.full(4, 9.0)})
