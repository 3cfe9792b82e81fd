import numpy as np
import pytest

from workbench.nouns import Profiles
from workbench.phenomics.recipe import Recipe
from workbench.phenomics.scores import identities, score_map
from workbench.phenomics.scores.annotations import annotation_scores, mechanism_scores
from workbench.phenomics.scores.relations import gene_kinds, gene_means, recall_scores, target_scores
from workbench.phenomics.scores.replicates import (
    consistency_scores,
    halves,
    magnitude_scores,
    mixing_scores,
    replicate_scores,
)
from workbench.phenomics.scores.score import MapScore, count_of, open_ends

N_GENES, N_PLATES, N_CONTROLS, D = 48, 4, 16, 12


def screen(signal: float, seed: int = 0) -> tuple[Profiles, dict[str, dict[str, str]], np.ndarray]:
    """Knock-outs of eight modules of six genes on four plates with a shift each; facts, and the pairs within modules."""
    rng = np.random.default_rng(seed)
    module = rng.normal(size=(8, D)) * signal
    rows, ids, plates, controls = [], [], [], []
    for plate in range(N_PLATES):
        shift = rng.normal(size=D) * 3
        for gene in range(N_GENES):
            rows.append(module[gene // 6] + rng.normal(size=D) + shift)
            ids.append(f"knock-out:G{gene}")
        rows += [rng.normal(size=D) + shift for _ in range(N_CONTROLS)]
        ids += ["control:empty"] * N_CONTROLS
        plates += [f"P{plate}"] * (N_GENES + N_CONTROLS)
        controls += [False] * N_GENES + [True] * N_CONTROLS
    n = len(rows)
    wells = {
        "perturbation_id": np.array(ids), "Metadata_Plate": np.array(plates), "Metadata_Batch": np.array(plates),
        "Metadata_Well": np.array([f"A{i % 12:02d}" for i in range(n)]), "context_id": np.array(["HeLa"] * n),
        "is_control": np.array(controls),
    }  # fmt: skip
    facts = {
        f"knock-out:G{i}": {"gene": f"G{i}", "kind": "knock-out", "mechanism": f"module {i // 6}"}
        for i in range(N_GENES)
    }
    pairs = np.array(
        [(f"G{i}", f"G{j}") for i in range(N_GENES) for j in range(N_GENES) if i != j and i // 6 == j // 6]
    )
    return Profiles("planted", np.array(rows, dtype=np.float32), tuple(f"f{i}" for i in range(D)), wells), facts, pairs


def scored(signal: float, steps: tuple[dict[str, str], ...], seed: int = 0) -> dict[str, MapScore]:
    profiles, facts, pairs = screen(signal, seed)
    recipe = Recipe("planted", "planted", steps=steps)
    return {score.measure: score for score in score_map(profiles, recipe, facts, {"modules": pairs})}


ALIGN = ({"step": "standardise", "by": "Metadata_Plate"},)


def test_a_planted_map_scores_above_chance_in_everything_that_can_be_asked() -> None:
    found = scored(3.0, ALIGN)
    for name in (
        "replicate precision",
        "active share",
        "consistency",
        "magnitude",
        "recall modules, both tails",
        "nsc",
        "mechanism precision",
    ):
        score = found[name]
        assert score.low > score.null, score
        assert score.low <= score.value <= score.high
        assert score.n >= 8
    assert found["recall modules, both tails"].n == 8 * 15  # each unordered pair once
    assert found["nscb"].value is None  # every gene lies on every plate
    assert "several batches" in found["nscb"].how


def test_alignment_is_what_lifts_a_screen_with_plate_effects() -> None:
    with_, without = scored(1.0, ALIGN), scored(1.0, ())
    assert with_["nsc"].low > without["nsc"].null
    assert with_["replicate precision"].value > without["replicate precision"].high
    assert without["mixing"].low > without["mixing"].null + 0.5  # controls keep to their plate
    assert with_["mixing"].low <= with_["mixing"].null
    assert with_["mixing"].goal == "at"


@pytest.mark.parametrize("seed", range(4))
def test_a_map_without_signal_scores_at_chance(seed: int) -> None:
    found = scored(0.0, ALIGN, seed)
    assert found["recall modules, both tails"].value == pytest.approx(0.10, abs=0.12)
    assert found["recall modules, both tails"].low <= 0.10
    assert found["replicate precision"].value == pytest.approx(found["replicate precision"].null, abs=0.05)
    assert found["active share"].value <= 0.05
    assert found["consistency"].low <= 0.05
    assert found["magnitude"].low <= 0.05
    assert found["nsc"].low <= found["nsc"].null
    assert found["mechanism precision"].value == pytest.approx(found["mechanism precision"].null, abs=0.08)


def test_scores_do_not_depend_on_the_order_of_wells_or_the_scale_of_all_features() -> None:
    profiles, facts, pairs = screen(1.0)
    order = np.random.default_rng(1).permutation(profiles.n_wells)
    shuffled = Profiles(
        "planted", 10 * profiles.values[order], profiles.features, {k: v[order] for k, v in profiles.wells.items()}
    )
    recipe = Recipe("planted", "planted", steps=ALIGN)
    for one, other in zip(
        score_map(profiles, recipe, facts, {"modules": pairs}), score_map(shuffled, recipe, facts, {"modules": pairs}),
        strict=True,
    ):  # fmt: skip
        assert one.measure == other.measure
        assert (one.value is None) == (other.value is None)
        drawn = 0.2 if one.measure in ("consistency", "magnitude") else 0.05  # their nulls are drawn by place
        assert one.value is None or one.value == pytest.approx(other.value, abs=drawn)


def test_only_entities_of_the_map_are_related_and_only_active_ones_annotated() -> None:
    profiles, facts, pairs = screen(3.0)
    recipe = Recipe("planted", "planted", steps=ALIGN)
    on_map = np.array([f"knock-out:G{i}" for i in range(36)])
    scores = score_map(profiles, recipe, facts, {"m": pairs}, on_map=on_map, is_active=np.arange(36) < 30)
    found = {score.measure: score for score in scores}
    assert found["recall m, both tails"].n == 6 * 15
    assert found["nsc"].n == 36
    assert found["mechanism precision"].n == 5
    assert "active entities" in found["mechanism precision"].how


def test_what_cannot_be_measured_says_why() -> None:
    vectors = np.eye(6)
    genes, kinds = np.array([f"G{i}" for i in range(6)]), np.array(["knock-out"] * 6)
    (score,) = recall_scores(vectors, genes, kinds, {"tiny": np.array([("G1", "G2"), ("G2", "G1")])})
    assert (score.value, score.n) == (None, 0)
    assert "tiny 1" in score.how
    assert recall_scores(vectors, genes, np.array(["compound"] * 6), {"tiny": np.array([("G1", "G2")])}) == []
    assert mechanism_scores(vectors, np.array([""] * 6), genes, None) == []
    (score,) = mechanism_scores(vectors, np.array(["a"] * 6), genes, None)
    assert "fewer than two mechanisms" in score.how
    (score,) = annotation_scores(vectors, np.array(["a", "a", "", "", "", ""]), genes, "target")
    assert "1 target shared" in score.how
    profiles, _, _ = screen(1.0)
    blind = Profiles(
        "blind", profiles.values, profiles.features, profiles.wells | {"is_control": np.zeros(profiles.n_wells, bool)}
    )
    (score,) = replicate_scores(blind, np.asarray(blind.wells["perturbation_id"]))
    assert "negative control" in score.how


def test_doses_of_a_compound_and_constructs_of_a_gene_are_one_observation() -> None:
    facts = {"c@1": {"compound": "KEY"}, "c@2": {"compound": "KEY"}, "o:1": {"gene": "TP53"}}
    assert identities(np.array(["c@1", "c@2", "o:1", "x"]), facts).tolist() == ["KEY", "KEY", "TP53", "x"]


def test_targets_of_compounds_are_found_where_they_are_planted_and_not_where_genes_are_shuffled() -> None:
    rng = np.random.default_rng(0)
    genes = np.array([f"G{i}" for i in range(20)] * 2)
    kinds = np.repeat(["knock-out", "compound"], 20)
    compound = np.array([""] * 20 + [f"C{i}" for i in range(20)])
    profiles = rng.normal(size=(20, 30))
    vectors = np.vstack([profiles, profiles + 0.5 * rng.normal(size=(20, 30))])
    (found,) = target_scores(vectors, genes, kinds, compound)
    assert found.low > 0.9
    assert found.null == pytest.approx(0.5, abs=0.1)
    assert (found.n, found.unit) == (20, "compounds")
    shuffled = np.vstack([profiles, rng.normal(size=(20, 30))])
    (chance,) = target_scores(shuffled, genes, kinds, compound)
    assert chance.low <= chance.null <= chance.high
    assert target_scores(vectors[:20], genes[:20], kinds[:20], compound[:20]) == []
    assert gene_kinds(genes, kinds) == ["knock-out"]
    symbols, means, n = gene_means(vectors, genes, kinds, "knock-out")
    assert (len(symbols), n) == (20, 20)
    assert np.allclose(means[symbols == "G3"], profiles[3])


def test_too_few_controls_or_one_batch_say_so() -> None:
    profiles, _, _ = screen(1.0)
    lonely = np.asarray(profiles.wells["is_control"]) & (np.asarray(profiles.wells["Metadata_Plate"]) == "P0")
    kept = ~np.asarray(profiles.wells["is_control"]) | lonely
    one = Profiles("one", profiles.values[kept], profiles.features, {k: v[kept] for k, v in profiles.wells.items()})
    (mixing,) = mixing_scores(one)
    assert mixing.value is None
    assert "two batches" in mixing.how
    (consistency,) = consistency_scores(one)
    assert consistency.n == N_GENES
    (magnitude,) = magnitude_scores(one, list(ALIGN))
    assert magnitude.value is None  # plates without a control cannot be standardised
    few = np.arange(profiles.n_wells) % (N_GENES + N_CONTROLS) < N_GENES + 6
    six = Profiles("six", profiles.values[few], profiles.features, {k: v[few] for k, v in profiles.wells.items()})
    (magnitude,) = magnitude_scores(six, list(ALIGN))
    assert "6 controls on the typical plate" in magnitude.how
    fitted, null = halves(profiles, np.random.default_rng(0))
    assert (fitted | null == profiles.is_control).all()
    assert not (fitted & null).any()
    assert fitted.sum() == null.sum() == N_PLATES * N_CONTROLS // 2


def test_an_interval_of_nothing_or_everything_keeps_a_width() -> None:
    low, high = open_ends(0.0, 0.0, 0.0, 20)
    assert low == 0
    assert high == pytest.approx(0.1684, abs=1e-4)  # Clopper-Pearson, 0 of 20
    low, high = open_ends(1.0, 1.0, 1.0, 20)
    assert low == pytest.approx(0.8316, abs=1e-4)
    assert open_ends(0.4, 0.3, 0.5, 20) == (0.3, 0.5)
    assert count_of(1, "target") == "1 target"
