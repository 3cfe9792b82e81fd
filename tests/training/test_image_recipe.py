"""Recipes of image autoencoders: each builds its model, is hashed by content, and an unknown name lists the known."""

from dataclasses import replace

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.models import MODELS
from workbench.training.image_recipe import image_recipe_names, read_image_recipe


@pytest.mark.parametrize("name", image_recipe_names())
def test_every_recipe_builds_its_model_and_holds_images_out(name):
    recipe = read_image_recipe(name)
    model = MODELS.find(recipe.model).thing(channels=recipe.channels, **recipe.hyperparameters)
    assert model.config["channels"] == recipe.channels
    assert recipe.held_out
    assert recipe.schedule.steps == recipe.steps


def test_the_hash_follows_the_content():
    recipe = read_image_recipe("camae_small")
    assert recipe.sha256 == read_image_recipe("camae_small").sha256 != replace(recipe, seed=1).sha256


def test_unknown_names_and_senseless_numbers_are_refused():
    with pytest.raises(UnknownNameError, match="no image autoencoder is called 'nothing'"):
        read_image_recipe("nothing")
    with pytest.raises(InputError, match="at least 1. Got 0 and 16"):
        replace(read_image_recipe("camae_small"), channels=0)
