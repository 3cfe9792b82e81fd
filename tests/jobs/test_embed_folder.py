"""Somebody's own TIFF and OME-Zarr images, described by a table beside them, become wells with profiles."""

import numpy as np
import pandas as pd
import pytest
import zarr
from PIL import Image

from tests.embedded import WIDTH, add_autoencoder
from workbench.catalog.image_files import read_pixels
from workbench.errors import ConflictError, InputError
from workbench.jobs.embed_folder import read_image_table, wells_of
from workbench.lab import Lab
from workbench.phenomics.embed import embed_image
from workbench.settings import Settings

ROWS = [
    ("a1 1.tif", "A01", "DMSO", "1"), ("a1 2.zarr", "A01", "DMSO", "2"), ("b2.tif", "B02", "aloxistatin", "1"),
    ("b3.tif", "B03", "quinidine", "1"), ("b4.tif", "B04", "quinidine", "1"), ("a2.tif", "A02", "DMSO", "1"),
]  # fmt: skip


@pytest.fixture
def lab(tmp_path):
    """A catalog with nothing but a small autoencoder, promoted."""
    opened = Lab.open(Settings(home=tmp_path / "home", mirror=None))
    opened.model = add_autoencoder(opened.catalog)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    """Images of three channels in a folder, with their table."""
    rng = np.random.default_rng(0)
    made = tmp_path / "my images"
    made.mkdir()
    for file, *_ in ROWS:
        pixels = rng.integers(0, 65_535, (3, 40, 50)).astype(np.uint16)
        if file.endswith(".zarr"):
            group = zarr.open_group(str(made / file), mode="w")
            group.create_array("0", data=pixels)
            axes = [{"name": name} for name in "cyx"]
            group.attrs["ome"] = {"multiscales": [{"axes": axes, "datasets": [{"path": "0"}]}]}
        else:
            first, *rest = [Image.fromarray(plane) for plane in pixels]
            first.save(made / file, save_all=True, append_images=rest)
    table = pd.DataFrame(ROWS, columns=["file", "well", "compound", "site"]).assign(plate="P1")
    table.to_csv(made / "images.csv", index=False)
    return made


def test_wells_have_the_mean_of_their_images_and_what_the_table_says(lab, folder):
    made = lab.data.get(lab.data.embed_folder(folder, "mine", inline=True).result_id)
    assert made.dataset == "mine"
    assert "my images, embedded by image_embedding-v1, pooled mean" in made.source
    profiles = lab.data.profiles("mine")
    wells = pd.DataFrame(profiles.wells).set_index("Metadata_Well")
    assert sorted(wells.index) == ["A01", "A02", "B02", "B03", "B04"]
    assert wells["is_control"].to_dict() == {"A01": True, "A02": True, "B02": False, "B03": False, "B04": False}
    assert wells.loc["B03", "perturbation_id"] == wells.loc["B04", "perturbation_id"]
    both = [embed_image(lab.model, read_pixels(folder / name)) for name in ("a1 1.tif", "a1 2.zarr")]
    place = list(profiles.wells["Metadata_Well"]).index("A01")
    np.testing.assert_allclose(profiles.values[place], np.mean(both, axis=0), atol=1e-5)


def test_the_same_again_is_once_and_changed_images_need_another_name(lab, folder):
    first = lab.data.embed_folder(folder, "mine", inline=True).result_id
    assert lab.data.embed_folder(folder, "mine", inline=True).result_id == first
    assert lab.catalog.lake.value("SELECT count(*) FROM lake.embedding") == len(ROWS)
    assert not list((lab.settings.cache / "embeddings").glob("*"))
    (folder / "b2.tif").write_bytes((folder / "b3.tif").read_bytes())
    with pytest.raises(ConflictError, match="mine"):
        lab.data.embed_folder(folder, "mine", inline=True)
    by_channel = lab.data.get(lab.data.embed_folder(folder, "channels", pooling="channelwise", inline=True).result_id)
    assert by_channel.n_features == 3 * WIDTH


def test_an_image_that_cannot_be_embedded_is_named_and_nothing_is_written(lab, folder):
    Image.fromarray(np.zeros((8, 8), dtype=np.uint8)).save(folder / "b2.tif")
    with pytest.raises(InputError, match=r"b2\.tif cannot be embedded: an image of 8 × 8 pixels is smaller"):
        lab.data.embed_folder(folder, "mine", inline=True)
    assert not lab.data.list()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.rename(columns={"file": "image"}), "no column `file`"),
        (lambda table: table.assign(file=table["file"].replace("b2.tif", "b9.tif")), r"row 4 names 'b9\.tif'"),
        (lambda table: pd.concat([table, table[:1]]), "row 8 names a file again"),
        (lambda table: table[1:], "'a1 1.tif' stands in no row"),
    ],
)
def test_a_table_that_does_not_fit_the_images_is_refused_with_its_row(folder, change, said):
    change(pd.read_csv(folder / "images.csv")).to_csv(folder / "images.csv", index=False)
    with pytest.raises(InputError, match=said):
        read_image_table(folder)


def test_columns_of_sites_are_left_out_and_two_treatments_of_a_well_are_refused(folder):
    table = read_image_table(folder)
    wells, well = wells_of(table)
    assert list(wells) == ["Metadata_well", "Metadata_compound", "Metadata_plate"]
    assert well.tolist() == [0, 0, 1, 2, 3, 4]
    with pytest.raises(InputError, match="row 3 has compound 'quinidine', another image of the same well 'DMSO'"):
        wells_of(table.assign(Metadata_compound=table["Metadata_compound"].where(table.index != 1, "quinidine")))
    _, alone = wells_of(table.drop(columns="Metadata_plate"))
    assert alone.tolist() == list(range(6))


def test_a_folder_without_a_table_says_what_it_needs(folder):
    (folder / "images.csv").unlink()
    with pytest.raises(InputError, match=r"no images\.csv.*a column `file`"):
        read_image_table(folder)
