"""Relations: recall, mean average precision and nearest rows, beside the field's packages on the same threads."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import figure
from benchmarks.phenomics.referee import copairs, efaar, faiss

BUNDLED = Path(__file__).resolve().parents[2] / "data_catalog" / "bundled"
SOURCES = {"humap": "HuMAP", "reactome": "Reactome", "string": "StringDB"}


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Figures of every part; a part whose package is missing says so and is left out."""
    figures: dict[str, dict[str, Any]] = {}
    for part in (_recall, _precision, _topk, _periscope, _precision_memory):
        try:
            figures |= part(quick)
        except FileNotFoundError as missing:
            print(f"{part.__name__.strip('_')}: {missing}")
    return figures


def known_pairs(name: str) -> np.ndarray:
    """Bundled pairs of genes [n_pairs, 2] of one source: HuMAP, Reactome or StringDB."""
    table = pd.read_parquet(BUNDLED / "gene_relationships" / f"{name}.parquet", columns=["entity1", "entity2"])
    return table.to_numpy().astype(str)


def _seconds(task: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = task()
    return time.perf_counter() - start, result


def _recall(quick: bool) -> dict[str, dict[str, Any]]:
    from sklearn.utils import Bunch

    from workbench.phenomics.recall import relationship_recall

    sources = {name: known_pairs(name) for name in SOURCES.values()}
    genes = np.unique(np.concatenate(list(sources.values())))[:4326]
    vectors = np.random.default_rng(0).normal(size=(len(genes), 384))
    data = Bunch(features=pd.DataFrame(vectors), metadata=pd.DataFrame({"gene": genes}))
    known = relationship_recall(
        vectors, genes, sources
    )  # with intervals; and the first call, which loads what it needs
    how = f"{len(genes):,} genes x 384 random values, Reactome, hu.MAP and STRING, both tails at 5 %"
    low, high = min(row.low for row in known), max(row.high for row in known)
    mean = float(np.mean([row.value for row in known]))
    figures = {"random_recall": figure(mean, "share", how, low=low, high=high, n=sum(row.n_query for row in known))}
    module = efaar("benchmarking")
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for name, pairs in sources.items():
            pd.DataFrame(pairs, columns=["entity1", "entity2"]).to_csv(f"{folder}/{name}.txt", index=False)
        for _ in range(1 if quick else 3):
            theirs_s, theirs = _seconds(
                lambda: module.known_relationship_benchmark(
                    data, "gene", list(sources), [(0.05, 0.95)], benchmark_data_dir=folder
                )
            )
            ours_s, ours = _seconds(lambda: relationship_recall(vectors, genes, sources, n_draws=0))
            seconds.append((theirs_s, ours_s))
    old, new = np.transpose(seconds)
    ratio = old / new
    gap = np.abs(theirs["recall_0.05_0.95"].to_numpy() - [row.value for row in ours]).max()
    return figures | {
        "recall_speedup_vs_efaar": figure(
            float(np.median(ratio)),
            "x",
            f"{how}; medians {np.median(old):.2f} s, reading the pairs from files included, "
            f"against {np.median(new):.2f} s",
            low=float(ratio.min()),
            high=float(ratio.max()),
            n=len(ratio),
        ),
        "recall_max_abs_diff": figure(float(gap), "share", how, n=len(sources)),
    }


def _wells(n_entities: int, n_controls: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    entity = np.append(np.repeat([f"e{i}" for i in range(n_entities)], 5), ["dmso"] * n_controls)
    return rng.normal(size=(len(entity), 384)), entity


def _precision(quick: bool) -> dict[str, dict[str, Any]]:
    from workbench.phenomics.precision import rank_replicates

    values, entity = _wells(200 if quick else 1000, 600)
    control = entity == "dmso"
    ours_s, ours = _seconds(lambda: rank_replicates(values, entity, control))
    meta = pd.DataFrame({"control": control, "group": entity})
    meta.loc[control, "group"] = [f"control {i}" for i in range(control.sum())]  # no positives of each other
    module = copairs()
    theirs_s, theirs = _seconds(
        lambda: module.average_precision(meta, values, ["group"], [], [], ["control"], progress_bar=False)
    )
    gap = np.abs(ours.precision - theirs["average_precision"].to_numpy())[~control].max()
    how = f"{(~control).sum():,} wells in fives, 600 controls, 384 random float64 values"
    return {
        "map_speedup_vs_copairs": figure(theirs_s / ours_s, "x", f"{how}; {theirs_s:.2f} s against {ours_s:.2f} s"),
        "ap_max_abs_diff_vs_copairs": figure(float(gap), "precision", how, n=int((~control).sum())),
    }


def _precision_memory(quick: bool) -> dict[str, dict[str, Any]]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        peak = pool.apply(_peak_of_20k)
    return {"map_20k_peak_gib": figure(peak, "GiB", "20,000 wells, 5,000 controls, 384 values; process peak (VmHWM)")}


def _peak_of_20k() -> float:
    from workbench.phenomics.precision import mean_precision, rank_replicates

    values, entity = _wells(3000, 5000)
    mean_precision(rank_replicates(values, entity, entity == "dmso"), entity, n_null=1000)
    status = Path("/proc/self/status").read_text(encoding="ascii")  # ru_maxrss would start at the parent's size
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 2**20


def _topk(quick: bool) -> dict[str, dict[str, Any]]:
    from workbench.kernels.similarity_index import build_similarity_index

    n = 200_000 if quick else 1_000_000
    rng = np.random.default_rng(0)
    index = build_similarity_index(rng.standard_normal((n, 384), dtype=np.float32))
    module = faiss()
    flat = module.IndexFlatIP(384)
    flat.add(index.units)
    index.search(index.units[:1], 50)  # compile
    figures = {}
    for n_queries in (1, 100):
        asked = rng.standard_normal((n_queries, 384), dtype=np.float32)
        asked /= np.linalg.norm(asked, axis=1, keepdims=True)
        ratios = []
        for _ in range(5 if n_queries == 1 else 2):
            theirs_s, (_, theirs) = _seconds(lambda asked=asked: flat.search(asked, 50))
            ours_s, (rows, _) = _seconds(lambda asked=asked: index.search(asked, 50))
            ratios.append(theirs_s / ours_s)
            assert np.mean(rows == theirs) > 0.99, "the two disagree"  # equal up to rounding of near ties
        how = f"50 nearest of {n:,} x 384, random, {module.omp_get_max_threads()} threads, in turns"
        figures[f"topk_1m_{n_queries}q_speedup_vs_faiss_flat"] = figure(
            float(np.median(ratios)), "x", how, low=min(ratios), high=max(ratios), n=len(ratios)
        )
    return figures


def _periscope(quick: bool) -> dict[str, dict[str, Any]]:
    """Share of known pairs among the closest 5 % on the published two-dimensional map, the only gene profile given."""
    from workbench.phenomics.recall import relationship_recall

    genes = pd.read_parquet(BUNDLED / "periscope" / "genes.parquet")
    genes = genes[genes["umap_x"].notna() & (genes["screen"] == "HeLa_DMEM")].drop_duplicates("Gene")
    place = genes[["umap_x", "umap_y"]].to_numpy(float)
    far = 1000 * place.std()  # on so large a sphere the angle is the distance on the map
    lifted = np.column_stack([place - place.mean(axis=0), np.full(len(place), far)])
    figures = {}
    for key, name in SOURCES.items():
        (found,) = relationship_recall(lifted, genes["Gene"].to_numpy(str), {name: known_pairs(name)}, tails="right")
        how = (
            f"closest 5 % of {found.n_null:,} pairs of {found.n_entities:,} genes on the published map, HeLa DMEM; "
            f"chance {found.chance:.2f}; interval over genes"
        )
        figures[f"periscope_recall_{key}"] = figure(
            found.value, "share", how, low=found.low, high=found.high, n=found.n_query
        )
    return figures
