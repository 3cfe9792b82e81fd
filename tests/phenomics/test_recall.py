import numpy as np
import pandas as pd
import pytest

from benchmarks.phenomics.referee import efaar, is_here
from workbench.errors import DataQualityError, InputError
from workbench.phenomics.recall import relationship_recall

NAMES = np.array([f"G{i:03d}" for i in range(300)])
LIMITS = [(0.05, 0.95), (0.1, 0.9)]


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray]:
    """A map with 30 complexes of 10 genes, and the pairs of complexes with a gene that is not on the map."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 24)) + np.repeat(rng.normal(size=(30, 24)), 10, axis=0)
    pairs = [(f"G{a:03d}", f"G{b:03d}") for a in range(300) for b in range(300) if a // 10 == b // 10 and (a + b) % 3]
    return vectors, np.array([*pairs, ("G001", "absent")])


def plain(vectors: np.ndarray, pairs: np.ndarray, low: float, high: float, tails: str) -> float:
    """The published definition, word by word."""
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = units @ units.T
    null = np.sort(cosine[np.triu_indices(len(units), k=1)])
    row = {name: i for i, name in enumerate(NAMES)}
    known = {tuple(sorted(pair)) for pair in pairs.tolist() if set(pair) <= set(row) and pair[0] != pair[1]}
    query = np.array([cosine[row[a], row[b]] for a, b in known])
    left, right = (np.searchsorted(null, query, side) / len(null) for side in ("left", "right"))
    return float(np.mean((left >= high) | ((right <= low) if tails == "both" else False)))


@pytest.mark.parametrize("tails", ["both", "right"])
@pytest.mark.parametrize("limits", LIMITS)
def test_recall_equals_its_definition(planted, limits, tails) -> None:
    vectors, pairs = planted
    (found,) = relationship_recall(vectors, NAMES, {"complexes": pairs}, limits=limits, tails=tails)
    assert found.value == pytest.approx(plain(vectors, pairs, *limits, tails), abs=1e-12)
    assert (found.n_null, found.n_entities) == (300 * 299 // 2, 300)
    assert found.n_query == 900  # each pair once although the list holds both orders
    assert found.chance == pytest.approx(limits[0] * (2 if tails == "both" else 1))
    assert found.chance < found.low < found.value < found.high


@pytest.mark.skipif(not is_here(), reason="make referees")
def test_recall_equals_the_package(planted, tmp_path) -> None:
    from sklearn.utils import Bunch

    vectors, pairs = planted
    pd.DataFrame(pairs, columns=["entity1", "entity2"]).to_csv(tmp_path / "complexes.txt", index=False)
    data = Bunch(features=pd.DataFrame(vectors), metadata=pd.DataFrame({"gene": NAMES}))
    package = efaar("benchmarking").known_relationship_benchmark(
        data, "gene", ["complexes"], LIMITS, benchmark_data_dir=str(tmp_path)
    )
    for low, high in LIMITS:
        (ours,) = relationship_recall(vectors, NAMES, {"complexes": pairs}, limits=(low, high), n_draws=0)
        assert ours.value == pytest.approx(package[f"recall_{low}_{high}"][0], abs=1e-12)


def test_a_map_without_biology_recalls_what_chance_recalls(planted) -> None:
    random = np.random.default_rng(1).normal(size=(300, 24))
    (found,) = relationship_recall(random, NAMES, {"complexes": planted[1]})
    assert found.value == pytest.approx(0.10, abs=0.03)
    assert found.low < 0.10 < found.high


def test_recall_does_not_see_order_length_or_repeats(planted) -> None:
    vectors, pairs = planted
    order = np.random.default_rng(2).permutation(300)
    (base,) = relationship_recall(vectors, NAMES, {"a": pairs}, n_draws=0)
    (turned,) = relationship_recall(
        3 * vectors[order], NAMES[order], {"a": np.vstack([pairs[::-1, ::-1], pairs])}, n_draws=0
    )
    assert (turned.value, turned.n_query) == (pytest.approx(base.value, abs=2 / base.n_query), base.n_query)


def test_bad_input_is_named(planted) -> None:
    vectors, pairs = planted
    with pytest.raises(InputError, match="more than once, first 'G000'"):
        relationship_recall(vectors, np.append(NAMES[:-1], "G000"), {"a": pairs})
    with pytest.raises(DataQualityError, match="none of 1 pairs of CORUM"):
        relationship_recall(vectors, NAMES, {"CORUM": np.array([["X", "Y"]])})
    broken = vectors.copy()
    broken[7, 0] = np.nan
    with pytest.raises(InputError, match="'G007'"):
        relationship_recall(broken, NAMES, {"a": pairs})
    with pytest.raises(InputError, match="rising"):
        relationship_recall(vectors, NAMES, {"a": pairs}, limits=(0.9, 0.1))
