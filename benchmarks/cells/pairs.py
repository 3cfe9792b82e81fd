"""Pairs: drugs on proteins, activated genes on growth and on expression, and a transfer that is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.cells.drug_knowledge import STRUCTURES, TARGETS
from benchmarks.figures import figure
from workbench.cells.features import GeneKernels
from workbench.kernels.bootstrap import bootstrap_difference, bootstrap_mean
from workbench.kernels.compound_kernels import fingerprint_similarity, target_similarity
from workbench.models import MODELS

Figures = dict[str, dict[str, Any]]
CELLBOX_MODELS = ("zero", "mean", "matched_mean", "additive", "ridge", "stack", "drug_effects")
N_DRAWS = 2000


def run(*, quick: bool) -> Figures:
    """`cellbox_*`, `gi_*` (where WORKBENCH_MIRROR has the table), `norman_*` and `mcfaline_verdict`."""
    from workbench.cells.sources import read_features
    from workbench.training.recipe import read_recipe

    names = (
        "cellbox_skmel133",
        "perturbseq_small",
        "gi_crispra_k562",
        "gene_relationships",
        "reactome_pathways",
        "hallmark",
    )
    with cell_catalog(*names) as catalog:
        *cellbox, drugs = _cellbox(catalog)
        norman, glioma = _perturbseq(catalog)
        growth = _growth(catalog)
        features = read_features(catalog, read_recipe("l1000_orf"))
    figures = cellbox_figures(*cellbox, n_splits=20 if quick else 50)
    figures |= unseen_drug_figures(*cellbox, drug_likeness(drugs, features))
    if growth is not None:
        figures |= growth_figures(*growth[:2]) | held_out_gene_figures(growth[0], growth[1], features, growth[2])
    return figures | norman_figures(norman) | glioma_figures(glioma)


def cellbox_figures(strengths: np.ndarray, responses: np.ndarray, *, n_splits: int) -> Figures:
    """Three splits of the drug data by every model that can answer; `cellbox_X_r` is the drug effects model."""
    single = (strengths != 0).sum(axis=1) == 1
    figures: Figures = {}
    # singles to pairs, resampled over pairs
    rows = np.flatnonzero(~single)
    found = {name: _fitted(name, strengths[single], responses[single], strengths[rows]) for name in CELLBOX_MODELS}
    pooled = lambda kept, name: _r(found[name][kept], responses[rows][kept])  # noqa: E731
    for name in CELLBOX_MODELS:
        value, low, high = _resampled(len(rows), lambda kept, name=name: pooled(kept, name))
        figures[_key("cellbox_pair_r", name)] = figure(value, "r", f"{name}: fitted on singles, pooled over 87 nodes",
                                                       low=low, high=high, n=len(rows))  # fmt: skip
    gain, low, high = _resampled(len(rows), lambda kept: pooled(kept, "drug_effects") - pooled(kept, "additive"))
    figures["cellbox_pair_r_gain"] = figure(gain, "r above additive", "paired, pairs resampled", low=low, high=high,
                                            n=len(rows))  # fmt: skip
    # random 70/30, mean over splits
    scores: dict[str, list[float]] = {name: [] for name in CELLBOX_MODELS}
    for seed in range(n_splits):
        order = np.random.default_rng(seed).permutation(len(responses))
        train, test = np.split(order, [round(0.7 * len(order))])
        for name in CELLBOX_MODELS:
            scores[name].append(_r(_fitted(name, strengths[train], responses[train], strengths[test]), responses[test]))
    for name, values in scores.items():
        value, low, high = bootstrap_mean(np.array(values))
        figures[_key("cellbox_random_r", name)] = figure(value, "r", f"{name}: random 70/30 splits", low=low, high=high,
                                                         n=n_splits)  # fmt: skip
    gain, low, high = bootstrap_difference(np.array(scores["drug_effects"]), np.array(scores["ridge"]))
    figures["cellbox_random_r_gain"] = figure(
        gain, "r above ridge", "paired over the splits", low=low, high=high, n=n_splits
    )
    # every pair of a drug that was never seen
    parts = []
    for drug in range(strengths.shape[1]):
        with_drug = strengths[:, drug] != 0
        test = np.flatnonzero(with_drug & ~single)
        parts.append(
            {
                name: _fitted(name, strengths[~with_drug], responses[~with_drug], strengths[test])
                for name in CELLBOX_MODELS
            }
            | {"truth": responses[test]}
        )
    left_out = lambda kept, name: _r(*(np.concatenate([parts[i][key] for i in kept]) for key in (name, "truth")))  # noqa: E731
    for name in CELLBOX_MODELS:
        value, low, high = _resampled(len(parts), lambda kept, name=name: left_out(kept, name))
        figures[_key("cellbox_leave_drug_out_r", name)] = figure(
            value, "r", f"{name}: pairs of the drug that was left out, pooled, drugs resampled", low=low, high=high, n=len(parts)
        )  # fmt: skip
    gain, low, high = _resampled(len(parts), lambda kept: left_out(kept, "drug_effects") - left_out(kept, "ridge"))
    figures["cellbox_leave_drug_out_r_gain"] = figure(gain, "r above ridge", "paired, drugs resampled", low=low, high=high,
                                                      n=len(parts))  # fmt: skip
    return figures


def drug_likeness(drugs: Sequence[str], features: GeneKernels) -> dict[str, np.ndarray]:
    """Similarity of the drugs by target genes in the networks, by structure, and the mean of both [n_drugs, n_drugs]."""
    genes = sorted({gene for targets in TARGETS.values() for gene in targets})
    kernel = features.kernels(genes, genes)[:-1].mean(axis=0)
    targets = target_similarity([TARGETS[drug] for drug in drugs], genes, kernel)
    structures = fingerprint_similarity([STRUCTURES.get(drug, "") for drug in drugs])
    return {"targets": targets, "fingerprints": structures, "both": (targets + structures) / 2}


def unseen_drug_figures(strengths: np.ndarray, responses: np.ndarray, likeness: dict[str, np.ndarray]) -> Figures:
    """Pairs of a drug never seen when drug_effects also knows targets or structures; which part carries the prediction."""
    pair = (strengths != 0).sum(axis=1) > 1
    parts: list[dict[str, Any]] = []
    shares: dict[str, list[dict[str, float]]] = {name: [] for name in likeness}
    for drug in range(strengths.shape[1]):
        with_drug = strengths[:, drug] != 0
        train, test = np.flatnonzero(~with_drug), np.flatnonzero(with_drug & pair)
        found: dict[str, Any] = {"truth": responses[test]}
        for name, kernel in ({"": None} | likeness).items():
            model = MODELS.find("drug_effects").thing()
            model.fit(strengths[train], responses[train], np.ones(len(train)), likeness=kernel)
            found[name] = model.predict(strengths[test], np.ones(len(test)))[0]
            if name:
                alone = np.zeros((1, strengths.shape[1]))
                alone[0, drug] = -1.0
                whole = model.predict(alone, np.ones(1))[0]
                size = float(np.square(whole).sum())
                shares[name].append({part: float((x * whole).sum()) / size for part, x in model.parts(alone).items()})
        parts.append(found)
    left_out = lambda kept, name: _r(*(np.concatenate([parts[i][key] for i in kept]) for key in (name, "truth")))  # noqa: E731
    figures: Figures = {}
    for name in likeness:
        value, low, high = _resampled(len(parts), lambda kept, name=name: left_out(kept, name))
        gain = _resampled(len(parts), lambda kept, name=name: left_out(kept, name) - left_out(kept, ""))
        carried = ", ".join(f"{part} {np.mean([row[part] for row in shares[name]]):.2f}" for part in shares[name][0])
        figures[f"cellbox_leave_drug_out_r_{name}"] = figure(
            value, "r", f"drug_effects with {name}: gain {gain[0]:+.4f} [{gain[1]:+.4f}, {gain[2]:+.4f}]; of the unseen drug's "
            f"own effect: {carried}", low=low, high=high, n=len(parts),
        )  # fmt: skip
    return figures


def growth_figures(inputs: np.ndarray, growth: np.ndarray) -> Figures:
    """Ten random folds of the pairs of genes: correlation of growth, and of what the quadratic of the singles leaves."""
    pairs = np.flatnonzero(inputs.sum(axis=1) == 2)
    fold = np.random.default_rng(0).permutation(len(pairs)) % 10
    found = {name: np.zeros(len(pairs)) for name in ("additive", "quadratic", "low_rank_completion")}
    for k in range(10):
        train = np.setdiff1d(np.arange(len(inputs)), pairs[fold == k])
        for name, values in found.items():
            values[fold == k] = _fitted(name, inputs[train], growth[train], inputs[pairs[fold == k]])[:, 0]
    truth = growth[pairs, 0]
    figures: Figures = {}
    for name, values in found.items():
        value, low, high = _resampled(len(pairs), lambda kept, values=values: _r(values[kept], truth[kept]))
        figures[f"gi_pair_r_{name}"] = figure(value, "r", f"{name}: growth, 10 random folds of pairs", low=low, high=high,
                                              n=len(pairs))  # fmt: skip
    predicted, left = found["low_rank_completion"] - found["quadratic"], truth - found["quadratic"]
    value, low, high = _resampled(len(pairs), lambda kept: _r(predicted[kept], left[kept]))
    figures["gi_residual_r"] = figure(
        value, "r", "low_rank_completion: interaction of a pair beyond the quadratic, penalty chosen by nested folds",
        low=low, high=high, n=len(pairs),
    )  # fmt: skip
    return figures


def held_out_gene_figures(inputs: np.ndarray, growth: np.ndarray, features: GeneKernels, genes: list[str]) -> Figures:
    """Interactions of genes of which no pair was seen, by networks and by the growth of the single gene."""
    single = inputs.sum(axis=1) == 1
    alone = (inputs[single].T @ growth[single])[:, 0]
    pairs = inputs[inputs.sum(axis=1) == 2]
    first, second = np.array([np.flatnonzero(row) for row in pairs]).T
    truth, total = growth[inputs.sum(axis=1) == 2, 0], alone[first] + alone[second]
    size = (alone - alone.mean()) / alone.std()
    kernels = features.kernels(genes, genes)
    views = np.stack([kernels[:-1].mean(axis=0), np.exp(-np.square(size[:, None] - size) / 2), kernels[-1]])
    fold = np.random.default_rng(0).permutation(len(genes)) % 10
    names = {"mean": "mean", "gp": "multi_kernel_gp"}
    scores = {name: np.zeros(len(genes)) for name in names}
    for k in range(10):
        held = fold == k
        inside = ~held[first] & ~held[second]
        left = truth - np.polyval(np.polyfit(total[inside], truth[inside], 2), total)
        table = np.full((len(genes), len(genes)), np.nan)
        table[first, second] = table[second, first] = left
        known, asked = np.flatnonzero(~held), np.flatnonzero(held)
        profile = table[np.ix_(known, known)]
        profile = np.where(np.isnan(profile), np.nanmean(profile, axis=0), profile)
        for name, model in names.items():
            fitted = MODELS.find(model).thing().fit(views[:, known][:, :, known], profile, np.ones(len(known)))
            predicted = fitted.predict(views[:, asked][:, :, known], np.ones(len(asked)))[0]
            scores[name][asked] = [_r(p, table[g, known]) for p, g in zip(predicted, asked, strict=True)]
    figures: Figures = {}
    for name, key in (("gp", "gi_heldout_gene_residual_r"), ("mean", "gi_heldout_gene_residual_r_mean")):
        value, low, high = bootstrap_mean(scores[name])
        figures[key] = figure(
            value, "r", f"{names[name]}: interactions of a gene with genes that were seen, mean r of a gene", low=low,
            high=high, n=len(genes),
        )  # fmt: skip
    gain, low, high = bootstrap_difference(scores["gp"], scores["mean"])
    figures["gi_heldout_gene_residual_r_gain"] = figure(gain, "r above the partners' mean", "paired, genes resampled",
                                                        low=low, high=high, n=len(genes))  # fmt: skip
    return figures


def norman_figures(responses: dict[tuple[str, ...], np.ndarray]) -> Figures:
    """Pairs of activated genes whose singles are both there: the additive rule and other models on 500 genes."""
    genes = sorted({gene for key in responses for gene in key})
    strengths = np.array([[float(gene in key) for gene in genes] for key in responses])
    values = np.array(list(responses.values()))
    has_single = {key[0] for key in responses if len(key) == 1}
    single = strengths.sum(axis=1) == 1
    test = [i for i, key in enumerate(responses) if len(key) == 2 and set(key) <= has_single]
    figures: Figures = {}
    for name in ("mean", "matched_mean", "additive", "drug_effects"):
        predicted = _fitted(name, strengths[single], values[single], strengths[test])
        value, low, high = bootstrap_mean(np.array([_r(p, values[i]) for p, i in zip(predicted, test, strict=True)]))
        figures[f"norman_pair_r_{name}"] = figure(
            value, "r", f"{name}: change of 500 genes from singles alone; controls are shared, so r is flattered", low=low,
            high=high, n=len(test),
        )  # fmt: skip
    return figures


def glioma_figures(responses: dict[tuple[str, str], np.ndarray]) -> Figures:
    """Does a knock-down look like itself in another line more than like other knock-downs there?"""
    keys = list(responses)
    kinases = sorted({gene for gene, _ in keys})
    unlike: dict[str, list[float]] = {gene: [] for gene in kinases}
    like: dict[str, list[float]] = {gene: [] for gene in kinases}
    for gene, line in keys:
        for other, elsewhere in keys:
            if elsewhere != line:
                (like if other == gene else unlike)[gene].append(_r(responses[gene, line], responses[other, elsewhere]))
    gain, low, high = bootstrap_difference(*(np.array([np.mean(x[gene]) for gene in kinases]) for x in (like, unlike)))
    same = float(np.mean([np.mean(values) for values in like.values()]))
    verdict = "transferable signal" if low > 0 else "no transferable signal"
    how = f"same kinase across lines r {same:.3f}, above other kinases by {gain:.3f} [{low:.3f}, {high:.3f}]"
    return {"mcfaline_verdict": figure(verdict, "verdict", how, n=len(kinases))}


def _fitted(name: str, inputs: np.ndarray, targets: np.ndarray, asked: np.ndarray) -> np.ndarray:
    model = MODELS.find(name).thing().fit(inputs, targets, np.ones(len(inputs)))
    return model.predict(asked, np.ones(len(asked)))[0]


def _key(figure_name: str, model: str) -> str:
    return figure_name if model == "drug_effects" else f"{figure_name}_{model}"


def _r(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson r of all values, NaN left out; 0 where one side is constant."""
    a, b = np.ravel(a), np.ravel(b)
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known] - a[known].mean(), b[known] - b[known].mean()
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / size) if size > 1e-12 else 0.0


def _resampled(n: int, score: Callable[[np.ndarray], float]) -> tuple[float, float, float]:
    """A score of all n units with its 95 % percentile interval over resampled units."""
    rng = np.random.default_rng(0)
    draws = [score(rng.integers(0, n, n)) for _ in range(N_DRAWS // 4)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return score(np.arange(n)), float(low), float(high)


def _cellbox(catalog: Any) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    from workbench.cells.sources import read_examples
    from workbench.training.recipe import read_recipe

    examples = read_examples(catalog, read_recipe("cellbox"), ("train", "held_out"))
    return examples.drugs, examples.targets, examples.drug_names


def _growth(catalog: Any) -> Any:
    """One row a gene or pair [n, n_genes], growth [n, 1] and the genes; None when the table was not imported."""
    rows = catalog.lake.rows(
        "SELECT p.genes, p.kind, p.Metadata_Name AS name, r.delta FROM lake.response r JOIN lake.perturbation p "
        "USING (dataset, perturbation_id) WHERE r.dataset = 'gi_crispra_k562' ORDER BY r.perturbation_id"
    )
    rows = [row for row in rows if "two guides" not in row["name"]]
    if not rows:
        return None
    genes = sorted({gene for row in rows for gene in row["genes"]})
    inputs = np.array([[float(gene in row["genes"]) for gene in genes] for row in rows])
    return inputs, np.array([row["delta"] for row in rows], dtype=float), genes


def _perturbseq(catalog: Any) -> tuple[dict[tuple[str, ...], np.ndarray], dict[tuple[str, str], np.ndarray]]:
    """Responses of the activated genes and pairs by genes, and of the knock-downs by gene and line."""
    rows = catalog.lake.rows(
        "SELECT p.genes, p.annotations, r.context_id, r.delta FROM lake.response r JOIN lake.perturbation p "
        "USING (dataset, perturbation_id) WHERE r.dataset = 'perturbseq_small' ORDER BY r.perturbation_id, r.context_id"
    )
    study = [json.loads(row["annotations"])["study"] for row in rows]
    values = [np.array(row["delta"], dtype=float) for row in rows]
    norman = {tuple(row["genes"]): v for row, v, s in zip(rows, values, study, strict=True) if s == "norman19"}
    glioma = {
        (row["genes"][0], row["context_id"]): v
        for row, v, s in zip(rows, values, study, strict=True)
        if s != "norman19"
    }
    return norman, glioma
