"""Image embeddings: the small channel-agnostic autoencoder trained on the bundled fields, on fields it never saw."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks.figures import figure
from benchmarks.house.homes import empty_home

FIELDS, RECIPE = "cell_painting_images", "camae_small"
QUICK_STEPS = 200  # hardly beyond the plateau of predicting the mean: shows that it runs, not how well it learns


def run(*, quick: bool) -> dict[str, dict[str, Any]]:
    """`camae_heldout_loss` with the seconds it took, `camae_channel_permutation_max_diff` and `camae_images_per_s`."""
    from workbench.catalog.datasets import import_dataset
    from workbench.catalog.images import find_images, read_image
    from workbench.catalog.models import get_version
    from workbench.catalog.store import Catalog
    from workbench.jobs.engine.queue import run_job
    from workbench.jobs.train_images import load_autoencoder
    from workbench.settings import Settings

    with empty_home() as home:
        catalog = Catalog.open(Settings(home=home, mirror=None))
        import_dataset(catalog, FIELDS)
        wall, cpu = time.perf_counter(), time.process_time()
        steps = QUICK_STEPS if quick else 0
        job = run_job(catalog, "train_images", inline=True, recipe=RECIPE, folder="", steps=steps)
        spent = time.perf_counter() - wall, time.process_time() - cpu
        version = get_version(catalog, str(job.result_id))
        model = load_autoencoder(catalog, version.architecture, version.weights_sha256)
        rows = find_images(catalog, dataset=FIELDS)
        pictures = [read_image(catalog, row["image_id"])[0] for row in rows]
        catalog.close()
    fields = [pixels for pixels in pictures if len(pixels) == version.recipe["channels"]]
    return learning_figures(version, spent, steps) | permutation_figure(model, pictures) | rate_figure(model, fields)


def learning_figures(version: Any, spent: tuple[float, float], steps: int) -> dict[str, dict[str, Any]]:
    """Error on hidden patches of the held-out fields as a share of the mean patch's, the other guess, and seconds."""
    import torch

    errors = {row["reference"]: row for row in version.card["suite"] if row["metric"] == "pixels"}
    model, guess, nearby = (errors[name] for name in ("model", "mean patch", "visible patches nearby"))
    steps = steps or version.recipe["steps"]
    how = (
        f"{version.recipe_hash[:8]}, {steps} steps on {len(version.training_set['images'])} bundled fields; squared "
        f"error of hidden standardised pixels {model['value']:.3f}, of the mean patch {guess['value']:.3f}; 25 crops and "
        f"4 masks a field; interval over the {model['n']} fields never seen is their range"
    )
    run = f"{steps} steps with {torch.get_num_threads()} threads, reading and scoring included"
    scale = guess["value"]
    return {
        "camae_heldout_loss": figure(model["value"] / scale, "of the mean patch's error", how, low=model["low"] / scale,
                                     high=model["high"] / scale, n=model["n"]),
        "camae_heldout_nearby": figure(nearby["value"] / scale, "of the mean patch's error",
                                       "the weighted grey of the channel's visible patches nearby, same masks",
                                       low=nearby["low"] / scale, high=nearby["high"] / scale, n=nearby["n"]),
        "camae_train_s": figure(spent[0], "s", f"{run}; clock"),
        "camae_train_cpu_s": figure(spent[1], "s", f"{run}; processor time, whatever else the machine did"),
    }  # fmt: skip


def permutation_figure(model: Any, pictures: list[np.ndarray]) -> dict[str, dict[str, Any]]:
    """Largest change of any number of an embedding, pooled and channelwise, when an image's channels are permuted."""
    from workbench.phenomics.embed import embed_image

    rng = np.random.default_rng(0)
    worst, size = 0.0, 0.0
    for pixels in pictures:
        crop = pixels[:, : 2 * model.crop, : 2 * model.crop]
        order = rng.permutation(len(crop))
        pooled, turned = (embed_image(model, given) for given in (crop, crop[order]))
        parts, moved = (
            embed_image(model, given, pooling="channelwise").reshape(len(crop), -1) for given in (crop, crop[order])
        )
        worst = max(worst, float(np.abs(pooled - turned).max()), float(np.abs(parts[order] - moved).max()))
        size = max(size, float(np.abs(pooled).max()))
    counts = sorted({len(pixels) for pixels in pictures})
    how = f"{len(pictures)} images of {' or '.join(map(str, counts))} channels, float32; largest number of a vector {size:.2f}"
    return {"camae_channel_permutation_max_diff": figure(worst, "embedding", how, n=len(pictures))}


def rate_figure(model: Any, fields: list[np.ndarray]) -> dict[str, dict[str, Any]]:
    """Whole fields embedded a second; low and high are the slowest and the fastest field."""
    import torch

    from workbench.phenomics.embed import embed_image, tiles

    embed_image(model, fields[0])
    rates = []
    for pixels in fields:
        start = time.perf_counter()
        embed_image(model, pixels)
        rates.append(1 / (time.perf_counter() - start))
    n_channels, height, width = fields[0].shape
    how = (
        f"fields of {n_channels} channels, {height} x {width} pixels in {len(tiles(fields[0], model.crop))} crops of "
        f"{model.crop}, {torch.get_num_threads()} threads; median"
    )
    return {
        "camae_images_per_s": figure(
            float(np.median(rates)), "fields/s", how, low=min(rates), high=max(rates), n=len(rates)
        )
    }
