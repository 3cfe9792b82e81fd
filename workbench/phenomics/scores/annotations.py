"""Do entities of one mechanism or target look alike? Nearest neighbour and mean average precision."""

from __future__ import annotations

import numpy as np

from workbench.kernels.bootstrap import bootstrap_mean
from workbench.phenomics.mechanism import mechanism_score
from workbench.phenomics.precision import mean_precision, rank_annotated
from workbench.phenomics.scores.score import (
    ACTIVE_Q,
    FEWEST_GROUPS,
    MapScore,
    chance_precision,
    count_of,
    open_ends,
    unmeasured,
)


def mechanism_scores(
    vectors: np.ndarray, mechanism: np.ndarray, compound: np.ndarray, batch: np.ndarray | None, *, seed: int = 0
) -> list[MapScore]:
    """NSC, and NSCB where every treatment lies in one batch, of treatments whose mechanism another compound shares.

    vectors [n, d]; mechanism, compound [n] text, mechanism "" where unknown; batch [n] text or None.
    """
    titles = {"nsc": "Mechanism of the nearest treatment (NSC)",
              "nscb": "Mechanism of the nearest treatment of another batch (NSCB)"}  # fmt: skip
    if not (mechanism != "").any():
        return []
    rows = np.flatnonzero(_shared(mechanism, compound))
    if len(np.unique(mechanism[rows])) < 2:
        return [unmeasured("nsc", titles["nsc"], "fewer than two mechanisms are shared by two compounds of the map")]
    scores = []
    for key, places in (("nsc", None), ("nscb", batch)):
        if key == "nscb" and (places is None or len(np.unique(places[rows])) < 2):
            scores.append(unmeasured(key, titles[key], "treatments do not keep to one of several batches each"))
            continue
        chosen = None if places is None else places[rows]
        found = mechanism_score(vectors[rows], mechanism[rows], compound[rows], batch=chosen, seed=seed)
        how = (
            f"cosine; {count_of(found.n_compounds, 'compound')}, never the same one"
            f"{' nor the same batch' if chosen is not None else ''}; interval over compounds; chance: mechanisms shuffled "
            "among compounds"
        )
        low, high = open_ends(found.value, found.low, found.high, found.n_compounds)
        scores.append(MapScore(key, titles[key], found.value, low, high, found.null, found.n, "treatments", how))
    return scores


def annotation_scores(
    vectors: np.ndarray, label: np.ndarray, identity: np.ndarray, name: str, *, among: str = "entities", seed: int = 0
) -> list[MapScore]:
    """Phenotypic consistency: are entities that share an annotation nearer than those that share none?

    vectors [n, d]; label [n] text ("" unknown); identity [n]: rows of one compound or gene are never compared.
    """
    key, title = f"{name} precision", f"Entities of one {name} found (mAP)"
    if not (label != "").any():
        return []
    n_labels = len(np.unique(label[_shared(label, identity)]))
    if n_labels < FEWEST_GROUPS:
        why = f"{count_of(n_labels, name)} shared by two {among} of the map; at least {FEWEST_GROUPS} are needed"
        return [unmeasured(key, title, why)]
    ranking = rank_annotated(vectors, [{text} if text else set() for text in label.tolist()], identity)
    found = mean_precision(ranking, label, n_null=2000, seed=seed)
    value, low, high = bootstrap_mean(found.value, seed=seed)
    how = (
        f"cosine; {among} of one {name} by another compound or gene ranked among those of other {name}s; "
        f"{int((found.q < ACTIVE_Q).sum())} of {len(found.groups)} with q < {ACTIVE_Q:g}; chance: random rankings"
    )
    return [
        MapScore(key, title, value, low, high, chance_precision(ranking, label), len(found.groups), f"{name}s", how)
    ]


def _shared(label: np.ndarray, identity: np.ndarray) -> np.ndarray:
    """Which entities [n] carry an annotation that another compound or gene carries too."""
    owners: dict[str, set[str]] = {}
    for text, owner in zip(label.tolist(), identity.tolist(), strict=True):
        owners.setdefault(text, set()).add(owner)
    return np.array([bool(text) and len(owners[text]) > 1 for text in label.tolist()], dtype=bool)
