"""Train an image autoencoder: read images → fit leg by leg → score on fields never seen → register → decide."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import image_files, images
from workbench.catalog import models as versions
from workbench.catalog.metrics import write_metrics
from workbench.catalog.object_storage import bring, keep
from workbench.catalog.store import utc_now
from workbench.errors import DataQualityError
from workbench.jobs.engine.kinds import Run, job
from workbench.models import MODELS
from workbench.nouns import ModelVersion
from workbench.phenomics.embed import random_crops
from workbench.phenomics.reconstruct import MEAN_PATCH, MODEL, reconstruction_errors, reconstruction_table
from workbench.training.checkpoint import checkpoint_path
from workbench.training.code_version import code_version
from workbench.training.image_recipe import ImageRecipe, read_image_recipe
from workbench.training.interrupted import load_progress, save_progress
from workbench.training.loop import fit, optimiser_of
from workbench.training.weights import load_weights, save_weights

if TYPE_CHECKING:
    import torch

    from workbench.catalog.store import Catalog

TASK = "image_embedding"
SUITE = "hidden patches, fields never seen"
STEPS_A_LEG = 80  # what a killed worker loses at most: half a minute
LIMITS = (
    "Trained on {n} fields: it shows that the method works here and is no substitute for weights of millions of images. "
    "Compare replicates before trusting a map made with it."
)


@job("train_images", title="Train an image autoencoder", queue="heavy", estimate_s=240.0)
def train_images(run: Run, recipe: str, folder: str = "", steps: int = 0) -> str:
    """Gives the id of the new version, promoted or not. `folder`: own TIFF files and OME-Zarr images instead of the
    recipe's data set; every fifth of them is then held out. `steps`: another number than the recipe's, for a trial."""
    facts = read_image_recipe(recipe)
    facts = replace(facts, steps=steps or facts.steps)
    run.progress(0.02, "Reading the images")
    seen = run.step("images", _images, run.catalog, facts, folder)
    legs: list[dict[str, Any]] = []
    for first in range(0, facts.steps, STEPS_A_LEG):
        legs.append(run.step(f"fit {first}", _leg, run, facts, folder, first, legs[-1]["kept"] if legs else ""))
    weights = run.step("weights", _weights, run, facts, legs[-1]["kept"])
    run.progress(0.94, "Scoring on the fields that were held out")
    table = run.step("evaluate", _evaluate, run.catalog, facts, folder, weights)
    run.progress(0.97, "Comparing with the promoted version")
    decision = run.step("compare", _compare, run.catalog, facts, folder, table, seen)
    return run.step("register", _register, run, facts, seen, legs, weights, table, decision)


def _images(catalog: Catalog, recipe: ImageRecipe, folder: str) -> dict[str, Any]:
    train, held_out = _read(catalog, recipe, folder)
    digest = hashlib.sha256()
    for name, pixels in sorted((train | held_out).items()):
        digest.update(f"{name}{pixels.shape}{pixels.dtype}".encode())
        digest.update(np.ascontiguousarray(pixels).tobytes())
    return {
        "source": folder or recipe.dataset, "snapshot": catalog.lake.current_snapshot(), "images": sorted(train),
        "held_out": sorted(held_out), "pixels_sha256": digest.hexdigest(),
    }  # fmt: skip


def _leg(run: Run, recipe: ImageRecipe, folder: str, first: int, kept: str) -> dict[str, Any]:
    """Some steps from where the leg before stopped (`kept`, a file's sha256); repeating them gives the same weights."""
    started = time.monotonic()
    train, _ = _read(run.catalog, recipe, folder)
    model = _begin(recipe)
    optimiser = optimiser_of(model, recipe.schedule)
    if kept:
        bring(run.catalog.settings, checkpoint_path(_folder(run), kept))  # another host may have made it
        load_progress(_folder(run), kept, model, optimiser)
    rng = np.random.default_rng([recipe.seed, first])
    batches = random_crops(list(train.values()), model.crop, recipe.crops_a_step, rng)

    def on_step(step: int, loss: float) -> None:
        run.check_cancelled()
        run.progress(0.03 + 0.9 * step / recipe.steps, f"Step {step + 1} of {recipe.steps}: loss {loss:.3f}")

    last = min(first + STEPS_A_LEG, recipe.steps)
    log = fit(model, batches, recipe.schedule, first=first, last=last, optimiser=optimiser, on_step=on_step)
    losses = [round(row["pixels"], 4) for row in log[:: max(1, recipe.steps // 40)]]
    sha256 = save_progress(_folder(run), model, optimiser, last)
    keep(run.catalog.settings, checkpoint_path(_folder(run), sha256))
    return {"kept": sha256, "losses": losses, "seconds": time.monotonic() - started}


def _weights(run: Run, recipe: ImageRecipe, kept: str) -> str:
    model = _begin(recipe)
    bring(run.catalog.settings, checkpoint_path(_folder(run), kept))
    load_progress(_folder(run), kept, model, optimiser_of(model, recipe.schedule))
    return save_weights(run.catalog.settings, model.state(), {"config": model.config})


def _evaluate(catalog: Catalog, recipe: ImageRecipe, folder: str, weights: str) -> list[dict[str, Any]]:
    """The card's table on the held-out images: the model beside the mean patch and the patches nearby."""
    train, held_out = _read(catalog, recipe, folder)
    return reconstruction_table(load_autoencoder(catalog, recipe.model, weights), train, held_out)


def _compare(
    catalog: Catalog, recipe: ImageRecipe, folder: str, table: list[dict[str, Any]], seen: dict[str, Any]
) -> dict[str, Any]:
    """Whether the new version takes over from the promoted one: by the error on the same images that neither has seen."""
    errors = {row["reference"]: row["value"] for row in table if row["metric"] == "pixels"}
    new, guess = errors[MODEL], errors[MEAN_PATCH]
    current = versions.promoted_version(catalog, TASK)
    decided = {"state": "candidate", "instead_of": current.version_id if current else None}
    if new >= guess:
        return decided | {
            "state": "rejected",
            "reason": f"Not better than the mean patch: error {new:.3f} against {guess:.3f}.",
        }
    words = f"better than the mean patch ({new:.3f} against {guess:.3f})"
    if current is None:
        return decided | {"state": "promoted", "reason": f"The first version, and {words}."}
    known = set(current.training_set["images"]) & set(seen["held_out"])
    if known or current.recipe["channels"] != recipe.channels:
        why = f"it was trained on {min(known)}" if known else f"it fills in {current.recipe['channels']} channels"
        return decided | {
            "reason": f"Cannot be compared with {current.name}: {why}. Name the version to use it; {words}."
        }
    train, held_out = _read(catalog, recipe, folder)
    theirs = load_autoencoder(catalog, current.architecture, current.weights_sha256)
    old = float(reconstruction_errors(theirs, train, held_out)[MODEL]["pixels"].mean())
    took = "Better" if new < old else "Not better"
    reason = f"{took} than {current.name} on the same {len(held_out)} images: error {old:.3f} → {new:.3f}."
    return decided | {"state": "promoted" if new < old else "rejected", "reason": reason}


def _register(
    run: Run, recipe: ImageRecipe, seen: dict[str, Any], legs: list[dict[str, Any]], weights: str,
    table: list[dict[str, Any]], decision: dict[str, Any],
) -> str:  # fmt: skip
    channels = "any number and order of channels" if recipe.model == "camae" else f"exactly {recipe.channels} channels"
    card = {
        "suite": table, "title": recipe.title, "losses": [loss for leg in legs for loss in leg["losses"]],
        "seconds": round(sum(leg["seconds"] for leg in legs), 1), "decision": decision["reason"],
        "intended": f"Embeds images of {channels}.", "limits": LIMITS.format(n=len(seen["images"])),
    }  # fmt: skip
    version = ModelVersion(
        version_id=run.job_id, name=TASK, task=TASK, architecture=recipe.model, state="candidate",
        weights_sha256=weights, recipe_hash=recipe.sha256, snapshot=seen["snapshot"], code_version=code_version(),
        recipe=asdict(recipe) | {"held_out": list(recipe.held_out)},
        training_set=seen | {"n_examples": len(seen["images"]), "channels": recipe.channels},
        card=card, parent=decision["instead_of"], created_at=utc_now(),
    )  # fmt: skip
    name = versions.register_version(run.catalog, version).name
    write_metrics(run.catalog, name, "model version", SUITE, table)
    if decision["state"] != "candidate":
        promoted = decision["state"] == "promoted"
        versions.decide(run.catalog, run.job_id, promoted=promoted, instead_of=decision["instead_of"])
    shutil.rmtree(_folder(run), ignore_errors=True)
    return run.job_id


def load_autoencoder(catalog: Catalog, architecture: str, weights: str) -> torch.nn.Module:
    """The autoencoder of a version, ready to embed. Raises StorageError when its weights are gone or altered."""
    arrays, config = load_weights(catalog.settings, weights)
    return MODELS.find(architecture).thing.from_state(arrays, config["config"])


def _begin(recipe: ImageRecipe) -> Any:
    import torch

    torch.manual_seed(recipe.seed)
    return MODELS.find(recipe.model).thing(channels=recipe.channels, **recipe.hyperparameters)


def _folder(run: Run) -> Path:
    return run.catalog.settings.cache / "training" / run.job_id


def _read(catalog: Catalog, recipe: ImageRecipe, folder: str) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Images by id that have the recipe's number of channels: those to train on, those held out.

    Raises DataQualityError when either is empty.
    """
    if folder:
        pixels = {path.name: image_files.read_pixels(path) for path in image_files.image_paths(Path(folder))}
    else:
        rows = images.find_images(catalog, dataset=recipe.dataset)
        pixels = {row["image_id"]: images.read_image(catalog, row["image_id"])[0] for row in rows}
    fitting = {name: array for name, array in sorted(pixels.items()) if len(array) == recipe.channels}
    held_out = set(list(fitting)[::5]) if folder else set(recipe.held_out)
    train = {name: array for name, array in fitting.items() if name not in held_out}
    kept = {name: array for name, array in fitting.items() if name in held_out}
    if not train or not kept:
        raise DataQualityError(
            f"{len(train)} images to train on and {len(kept)} to hold out have {recipe.channels} channels "
            f"(of {len(pixels)} images).",
            where=folder or recipe.dataset, hint="At least one of each is needed.",
        )  # fmt: skip
    return train, kept
