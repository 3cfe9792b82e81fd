"""Alignment: TVN against the package that published it, mechanisms of a real screen, and an honest choice of recipe."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.figures import figure
from benchmarks.house.homes import empty_home
from benchmarks.phenomics.referee import efaar, is_here

N_WELLS, N_DIMENSIONS, N_BATCHES, CONTROLS = 20_000, 384, 20, 0.25
FIXED = ("standardise, mean", "standardise, clip 5, mean", "standardise, clip 5, sphere 1, median")


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`tvn_speedup_vs_efaar`, `tvn_cosine_max_abs_diff` and `bbbc021_moa_*`."""
    return (tvn_figures(n_repeats=2 if quick else 5) if is_here() else {}) | mechanism_figures()


def tvn_figures(*, n_repeats: int) -> dict[str, dict[str, Any]]:
    """Our TVN and the package's in turn on the same numbers: seconds of each, ratio, largest difference of a cosine."""
    import pandas as pd

    from workbench.phenomics.align.tvn import tvn

    rng = np.random.default_rng(0)
    batch = rng.permutation(np.arange(N_WELLS) % N_BATCHES)
    batch.sort()  # wells come sorted by plate, as the catalog gives them
    values = rng.normal(size=(N_WELLS, N_DIMENSIONS)) @ rng.normal(size=(N_DIMENSIONS, N_DIMENSIONS)) / 20
    values += rng.normal(size=(N_BATCHES, N_DIMENSIONS))[batch]
    is_control = rng.random(N_WELLS) < CONTROLS
    metadata = pd.DataFrame({"gene": np.where(is_control, "control", "x"), "batch": batch})
    theirs_of = efaar().tvn_on_controls
    tvn(values[:2000], {"is_control": is_control[:2000], "batch": batch[:2000]}, by="batch")  # wake the library up
    seconds = []
    for _ in range(n_repeats):
        ours, new = _timed(lambda: tvn(values, {"is_control": is_control, "batch": batch}, by="batch").values)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # complex rounding of the package's Schur root
            theirs, old = _timed(lambda: theirs_of(values, metadata, "gene", "control", "batch"))
        seconds.append((old, new))
    old, new = np.transpose(seconds)
    left, right = rng.integers(0, N_WELLS, (2, 3000))
    difference = np.abs(_cosines(ours, left, right) - _cosines(theirs, left, right)).max()
    how = (
        f"{N_WELLS:,} x {N_DIMENSIONS} simulated wells, {N_BATCHES} batches, {CONTROLS:.0%} controls, float64; medians "
        f"theirs {np.median(old):.2f} s, ours {np.median(new):.2f} s"
    )
    ratio = old / new
    return {
        "tvn_speedup_vs_efaar": figure(float(np.median(ratio)), "times", how, low=float(ratio.min()),
                                       high=float(ratio.max()), n=n_repeats),
        "tvn_seconds": figure(float(np.median(new)), "s", how, low=float(new.min()), high=float(new.max()), n=n_repeats),
        "tvn_cosine_max_abs_diff": figure(float(difference), "cosine", "efaar-benchmarking 1.0, 9 million pairs", n=9_000_000),
    }  # fmt: skip


def mechanism_figures() -> dict[str, dict[str, Any]]:
    """Nearest-neighbour mechanisms of bbbc021: three fixed recipes, the leak, other weeks, and the nested choice."""
    from workbench.catalog.datasets import import_dataset
    from workbench.catalog.maps import perturbation_facts, read_wells
    from workbench.catalog.store import Catalog
    from workbench.kernels.bootstrap import bootstrap_groups
    from workbench.phenomics.choose import candidate_maps, choose
    from workbench.phenomics.mechanism import mechanism_score, nearest_mechanism
    from workbench.settings import Settings

    with empty_home() as home:
        catalog = Catalog.open(Settings(home=home, mirror=None))
        import_dataset(catalog, "bbbc021")
        profiles, facts = read_wells(catalog, "bbbc021"), perturbation_facts(catalog, "bbbc021")
        catalog.close()
    recipes = candidates()
    entities, maps = candidate_maps(profiles, list(recipes.values()))
    compound = np.array([facts[name]["compound"] for name in entities])
    mechanism = np.array([facts[name]["mechanism"] for name in entities])
    week_of = dict(zip(profiles.wells["perturbation_id"], profiles.wells["Metadata_Batch"], strict=True))
    week = np.array([week_of[name] for name in entities])
    figures = {}
    for key, name in zip(("moa_nsc", "moa_nsc_clip", "moa_nsc_zca"), FIXED, strict=True):
        found = mechanism_score(maps[recipes[name].label], mechanism, compound)
        how = f"{name}: {int(found.right.sum())} of {found.n} treatments; shuffled mechanisms {found.null:.3f}"
        figures[f"bbbc021_{key}"] = figure(found.value, "share", how, low=found.low, high=found.high, n=found.n)
    plain = maps[recipes[FIXED[0]].label]
    leak = nearest_mechanism(plain, mechanism, entities)
    leaked, low, high = bootstrap_groups(leak, compound)
    how = f"{FIXED[0]}: {int(leak.sum())} when other doses of the same compound may answer: the classic mistake"
    figures["bbbc021_moa_leak"] = figure(leaked, "share", how, low=low, high=high, n=len(leak))
    other = mechanism_score(plain, mechanism, compound, batch=week)
    how = f"{FIXED[0]}: not the same compound, nor the same week"
    figures["bbbc021_moa_nscb"] = figure(other.value, "share", how, low=other.low, high=other.high, n=other.n)
    nested = choose(
        maps, compound, lambda vectors, rows: nearest_mechanism(vectors[rows], mechanism[rows], compound[rows])
    )
    best = max(float(nearest_mechanism(vectors, mechanism, compound).mean()) for vectors in maps.values())
    how = (
        f"{len(maps)} recipes, chosen without the compound that is scored, {nested.n_groups} compounds; the best on "
        f"everything, not to be reported: {best:.3f}"
    )
    figures["bbbc021_moa_nsc_nested"] = figure(nested.value, "share", how, low=nested.low, high=nested.high, n=nested.n)
    return figures


def candidates() -> dict[str, Any]:
    """Twenty-four recipes: limit, rotation and aggregation, from the simplest on."""
    from workbench.phenomics.recipe import Recipe

    rotations: dict[str, list[dict[str, Any]]] = {
        "": [], "sphere 1": [{"step": "sphere", "ridge": 1.0}], "sphere 0.1": [{"step": "sphere", "ridge": 0.1}],
        "whiten 100, coral": [{"step": "whiten", "n": 100}, {"step": "coral"}],
    }  # fmt: skip
    found = {}
    for limit in (None, 5.0, 10.0):
        for rotation, steps in rotations.items():
            for method in ("mean", "median"):
                clip = [{"step": "clip", "at": limit}] if limit else []
                name = ", ".join(filter(None, ["standardise", f"clip {limit:g}" if limit else "", rotation, method]))
                found[name] = Recipe("bbbc021", name, steps=({"step": "standardise"}, *clip, *steps), aggregate=method)
    return found


def _timed(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float]:
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


def _cosines(values: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    units = values / np.linalg.norm(values, axis=1, keepdims=True)
    return units[left] @ units[right].T
