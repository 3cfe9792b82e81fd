import pytest

from tests.mapped import mapped_lab  # noqa: F401
from workbench.catalog.maps import read_wells
from workbench.errors import UnknownNameError
from workbench.lab import Lab
from workbench.views import draw


def test_one_feature_of_one_plate(mapped_lab: Lab) -> None:
    profiles = read_wells(mapped_lab.catalog, "nelisa_jump_target")
    view = draw(profiles, feature=profiles.features[3])
    assert view.data().shape[0] > 370
    assert "<svg" in view.panel().object
    assert profiles.features[3] in view.python()
    with pytest.raises(UnknownNameError, match="moon"):
        draw(profiles, plate="moon")
