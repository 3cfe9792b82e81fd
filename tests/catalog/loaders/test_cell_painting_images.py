from pathlib import Path

import pytest

from workbench.catalog.batch import Batch
from workbench.catalog.entries import find_entry
from workbench.catalog.loaders.cell_painting_images import load
from workbench.errors import InputError
from workbench.settings import Settings


def test_fields_have_channels_and_size(loaded) -> None:
    images = loaded("cell_painting_images", "image").set_index("image_id")
    assert len(images) == 11
    field = images.loc["AMG900_r14c09f05_5ch_540_u8"]
    assert (field["height"], field["width"], len(field["channels"])) == (540, 540, 5)
    assert field["Metadata_Well"] == "N09"
    assert field["Metadata_Plate"] is None
    crop = images.loc["DMSO_r04c14f05_8ch_384crop_u16"]
    assert (crop["height"], len(crop["channels"])) == (384, 8)


def test_every_field_shows_what_the_plate_map_has_in_that_well(loaded) -> None:
    wells = loaded("cpjump1", "well")
    compounds = wells[wells["perturbation_id"].str.startswith(("compound:", "control:DMSO"))]
    for image in loaded("cell_painting_images", "image").to_dict("records"):
        here = compounds[compounds["Metadata_Well"] == image["Metadata_Well"]]
        assert image["perturbation_id"] in set(here["perturbation_id"]), image["image_id"]


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    entry = find_entry(Settings(), "cell_painting_images")
    with pytest.raises(InputError, match=r"holiday\.tif is not named like"):
        load(entry, {"holiday.tif": tmp_path / "holiday.tif"}, Batch("x"))
