"""Seconds of fitting a virtual cell, of taking in one result, and of predicting twenty thousand perturbations."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cells.catalogs import cell_catalog
from benchmarks.figures import figure
from workbench.models import MODELS

N_TRAIN, N_ASKED, N_READOUTS, N_KERNELS = 324, 20_000, 978, 6


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`fit_s`, `predict20k_s` (mean and spread) and `update_ms`, on simulated kernels of the size of l1000_orf_u2os;
    `predict20k_cold_s` and `predict20k_warm_s` on the real networks."""
    rng = np.random.default_rng(0)
    n_repeats = 3 if quick else 7
    points = rng.normal(size=(N_KERNELS, N_TRAIN, 30)) / np.sqrt(30)
    kernels = np.concatenate([points @ points.transpose(0, 2, 1), np.eye(N_TRAIN)[None]])
    asked = rng.normal(size=(N_KERNELS, N_ASKED, 30)) / np.sqrt(30) @ points.transpose(0, 2, 1)
    cross = np.concatenate([asked, np.zeros((1, N_ASKED, N_TRAIN))])
    targets, errors = rng.normal(size=(2, N_TRAIN, N_READOUTS))
    noise, prior = np.ones(N_TRAIN), np.ones(N_ASKED)
    make = lambda: MODELS.find("multi_kernel_gp").thing(denoise=1.0)  # noqa: E731
    model = make().fit(kernels, targets, noise, errors=errors)
    fits = _seconds(lambda: make().fit(kernels, targets, noise, errors=errors), n_repeats)
    answers = _seconds(lambda: model.predict(cross, prior), n_repeats)
    updates = []
    for _ in range(n_repeats):
        old = MODELS.find("multi_kernel_gp").thing().fit(kernels[:, :-1, :-1], targets[:-1], noise[:-1])
        updates += _seconds(
            lambda old=old: old.update(kernels[:, -1:, :-1], kernels[:, -1:, -1:], targets[-1:], noise[-1:]), 1
        )
    size = f"{N_TRAIN} responses x {N_READOUTS} readouts, {N_KERNELS} kernels"
    return {
        "fit_s": _figure(fits, 1, "s", f"multi_kernel_gp, denoised, {size}; kernels given"),
        "predict20k_s": _figure(answers, 1, "s", f"{N_ASKED:,} perturbations x {N_READOUTS} readouts with spread; kernels given"),
        "update_ms": _figure(updates, 1000, "ms", f"one new result into {size}, not denoised; equals a refit"),
    } | screening()  # fmt: skip


def screening() -> dict[str, dict[str, Any]]:
    """Every gene of the networks, filled up to twenty thousand, from a trained version whose networks are yet to be read."""
    from workbench.cells import sources
    from workbench.cells.calibrate import Calibration
    from workbench.cells.fit import Fitted, fit
    from workbench.cells.predict import VirtualCell, screen_rows
    from workbench.training.recipe import read_recipe

    recipe = read_recipe("l1000_orf")
    with cell_catalog("l1000_orf_u2os", "gene_relationships", "reactome_pathways", "hallmark", "omnipath") as catalog:
        examples = sources.read_examples(catalog, recipe, ("train", "replay", "held_out"))
        features = sources.read_features(catalog, recipe)
        fitted = fit(recipe, examples, features)
        calibration = Calibration.alike(np.ones(N_READOUTS), recipe.level)
        genes = list(features.index)[:N_ASKED]
        genes += [f"unknown {i}" for i in range(N_ASKED - len(genes))]
        colds, warms = [], []
        for _ in range(2):
            sources.forget_features()
            start = time.perf_counter()
            # a fresh copy: the version's weights, and networks read anew
            copy = Fitted(recipe, fitted.model, examples, sources.read_features(catalog, recipe))
            cell = VirtualCell(copy, calibration, recipe.task, "", 0, "")
            for found in (colds, warms):
                n_known = sum(int((rows.domain > 0).sum()) for rows in screen_rows(cell, genes))
                found.append(time.perf_counter() - start)
            warms[-1] -= colds[-1]
    how = f"{N_ASKED:,} genes x {N_READOUTS} readouts with spread, {n_known:,} of them linked to a measured gene"
    return {
        "predict20k_cold_s": _figure(colds, 1, "s", f"{how}; networks read and every kernel made"),
        "predict20k_warm_s": _figure(warms, 1, "s", f"{how}; asked again"),
    }


def _seconds(work: Callable[[], Any], n: int) -> list[float]:
    found = []
    for _ in range(n):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


def _figure(seconds: list[float], scale: float, unit: str, how: str) -> dict[str, Any]:
    values = scale * np.array(seconds)
    return figure(float(np.median(values)), unit, f"{how}; median, fastest and slowest", low=float(values.min()),
                  high=float(values.max()), n=len(values))  # fmt: skip
