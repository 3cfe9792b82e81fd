"""A small image autoencoder in a catalog, for tests that embed and do not train."""

import torch

from workbench.catalog import models as versions
from workbench.jobs.train_images import TASK
from workbench.models import MODELS
from workbench.nouns import ModelVersion
from workbench.training.checkpoint import save_checkpoint

WIDTH = 16


def add_autoencoder(catalog, crop=32):
    """Register an untrained channel-agnostic autoencoder of `WIDTH` as promoted; gives the model."""
    torch.manual_seed(0)
    sizes = {"patch": 16, "crop": crop, "width": WIDTH, "depth": 1, "heads": 2, "decoder_width": 16, "decoder_depth": 1}
    model = MODELS.find("camae").thing(**sizes).eval()
    weights = save_checkpoint(catalog.settings.weights, model.state(), {"config": model.config})
    versions.register_version(catalog, ModelVersion("v", TASK, TASK, "camae", "promoted", weights, "", 1, "test"))
    return model
