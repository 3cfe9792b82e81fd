from pathlib import Path

import pytest

from workbench.errors import InputError, UnknownNameError
from workbench.phenomics import ALIGNERS
from workbench.phenomics.recipe import FOLDER, Recipe, datasets, read_recipe, recipes_of


def test_every_recipe_loads_and_names_known_steps() -> None:
    files = list(FOLDER.glob("*.toml"))
    assert len(files) >= 7
    for path in files:
        recipe = read_recipe(path, "any")
        assert recipe.title
        assert all(step["step"] in ALIGNERS.names() for step in recipe.steps)
    assert "bbbc021" in datasets()


def test_same_content_same_hash_and_any_change_changes_it() -> None:
    recipe = recipes_of("bbbc021")[0]
    assert recipe.sha256 == recipes_of("bbbc021")[0].sha256
    assert Recipe(**{**recipe.to_json(), "seed": 1}).sha256 != recipe.sha256


def test_a_screen_may_have_two_maps_and_unknown_sets_get_the_default() -> None:
    assert [recipe.name for recipe in recipes_of("periscope")] == ["periscope", "periscope_hplm"]
    mine = recipes_of("my_screen")[0]
    assert (mine.dataset, mine.name, mine.evidence) == ("my_screen", "my_screen", "replicates")
    with pytest.raises(UnknownNameError, match="a/b"):
        recipes_of("a/b")


def test_unknown_keys_and_evidence_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('dataset = "x"\ntitle = "y"\nagregate = "mean"\n')
    with pytest.raises(InputError, match="agregate"):
        read_recipe(path)
    with pytest.raises(InputError, match="luck"):
        Recipe("x", "y", evidence="luck")


def test_steps_and_aggregation_are_checked_when_the_recipe_is_read() -> None:
    with pytest.raises(UnknownNameError, match="standardise"):
        Recipe("x", "y", steps=({"step": "standardize"},))
    with pytest.raises(InputError, match="'clip' takes no 'limit'"):
        Recipe("x", "y", steps=({"step": "clip", "limit": 3},))
    with pytest.raises(InputError, match="modz"):
        Recipe("x", "y", aggregate="mode")


def test_a_field_younger_than_the_first_maps_renames_none_of_them() -> None:
    assert "guides" not in Recipe("x", "y").to_json()
    assert Recipe("x", "y", guides="guide").sha256 != Recipe("x", "y").sha256
    assert recipes_of("bbbc021")[0].label == "standardise by Metadata_Plate, clip at 5.0, sphere ridge 1.0, median"
