"""Recipes: each parses, is hashed by content, and an unknown task says what is known."""

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.models import MODELS
from workbench.training.recipe import Recipe, read_recipe, recipe_names


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_names_a_model_and_a_rule(name):
    recipe = read_recipe(name)
    assert recipe.task == name
    assert MODELS.find(recipe.model)
    assert recipe.promotion["metric"] in ("rdmean", "pds", "mae")
    assert sum(recipe.split.values()) == pytest.approx(1)
    assert "{perturbation}" in recipe.question


def test_the_hash_follows_the_content():
    recipe = read_recipe("simulated")
    again = Recipe(**{**recipe.__dict__, "seed": 1})
    assert recipe.sha256 == read_recipe("simulated").sha256 != again.sha256


def test_an_unknown_task_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match="cellbox"):
        read_recipe("nothing")


def test_an_unknown_shape_is_refused():
    with pytest.raises(InputError, match="'picture'"):
        Recipe(**{**read_recipe("simulated").__dict__, "shape": "picture"})
