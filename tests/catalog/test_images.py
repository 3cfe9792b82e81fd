import numpy as np
import pytest

from workbench.catalog import images
from workbench.catalog.store import Catalog
from workbench.errors import InputError, UnknownNameError


def test_pixels_come_with_their_channels(imported: Catalog) -> None:
    pixels, channels = images.read_image(imported, "AMG900_r14c09f05_5ch_540_u8")
    assert pixels.shape == (5, 540, 540)
    assert pixels.dtype == np.uint8
    assert channels == ["Mito", "AGP", "RNA", "ER", "DNA"]
    crop, channels = images.read_image(imported, "DMSO_r04c14f05_8ch_384crop_u16")
    assert crop.shape == (8, 384, 384)
    assert crop.dtype == np.uint16
    assert len(channels) == 8


def test_er_and_rna_look_alike_as_the_source_says(imported: Catalog) -> None:
    pixels, channels = images.read_image(imported, "DMSO_r04c14f05_5ch_540_u8")
    er, rna = (pixels[channels.index(name)].ravel().astype(float) for name in ("ER", "RNA"))
    assert np.corrcoef(er, rna)[0, 1] > 0.9


def test_images_are_found_by_treatment_and_well(imported: Catalog) -> None:
    assert len(images.find_images(imported)) == 11
    assert len(images.find_images(imported, perturbation_id="compound:KPBNHDGDUADAGP-VAWYXSNFSA-N")) == 2  # FK-866
    assert len(images.find_images(imported, dataset="cell_painting_images", well="D14")) == 2
    assert images.find_images(imported, well="P24", plate=None) == []
    with pytest.raises(InputError, match="colour"):
        images.find_images(imported, colour="red")
    with pytest.raises(UnknownNameError, match="moon"):
        images.read_image(imported, "moon")
