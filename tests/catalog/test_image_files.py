"""TIFF and OME-Zarr images: the same pixels back, and plain words for what is no such image."""

import json

import numpy as np
import pytest
import zarr
from PIL import Image

from workbench.catalog.image_files import image_paths, image_sha256, read_pixels
from workbench.errors import InputError

PIXELS = np.random.default_rng(0).integers(0, 60_000, (3, 20, 30)).astype(np.uint16)


def tiff(path, pages=PIXELS):
    first, *rest = [Image.fromarray(page) for page in pages]
    first.save(path, save_all=True, append_images=rest, compression="tiff_lzw")
    return path


def ome_zarr(path, pixels=PIXELS, axes=("c", "y", "x"), version=3):
    group = zarr.open_group(str(path), mode="w", zarr_format=version)
    array = group.create_array("0", shape=pixels.shape, dtype=pixels.dtype, chunks=pixels.shape)
    array[...] = pixels
    scales = {"multiscales": [{"axes": [{"name": name} for name in axes], "datasets": [{"path": "0"}]}]}
    group.attrs.update({"ome": scales} if version == 3 else scales)
    return path


def test_a_tiff_gives_one_plane_a_page(tmp_path):
    np.testing.assert_array_equal(read_pixels(tiff(tmp_path / "a.tif")), PIXELS)


@pytest.mark.parametrize("version", [2, 3])
def test_an_ome_zarr_gives_its_channels_in_both_versions(tmp_path, version):
    np.testing.assert_array_equal(read_pixels(ome_zarr(tmp_path / "a.zarr", version=version)), PIXELS)


def test_single_planes_of_time_and_depth_are_taken_off(tmp_path):
    path = ome_zarr(tmp_path / "a.zarr", PIXELS[None, :, None], ("t", "c", "z", "y", "x"))
    np.testing.assert_array_equal(read_pixels(path), PIXELS)
    flat = ome_zarr(tmp_path / "b.zarr", PIXELS[0], ("y", "x"))
    np.testing.assert_array_equal(read_pixels(flat), PIXELS[:1])


def test_a_stack_in_depth_is_refused_by_name_and_number(tmp_path):
    with pytest.raises(InputError, match="3 planes along z"):
        read_pixels(ome_zarr(tmp_path / "a.zarr", PIXELS, ("z", "y", "x")))


@pytest.mark.parametrize("content", [b"", b"not an image", b"II*\x00\x08\x00\x00\x00\xff\xff"])
def test_what_is_no_tiff_is_said(tmp_path, content):
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.tif cannot be read as a TIFF"):
        read_pixels(path)


def test_colour_pages_another_format_and_a_cut_file_are_said(tmp_path):
    Image.fromarray(np.zeros((4, 5, 3), dtype=np.uint8)).save(tmp_path / "colour.tif")
    with pytest.raises(InputError, match="one grey page a channel"):
        read_pixels(tmp_path / "colour.tif")
    Image.fromarray(np.zeros((4, 5), dtype=np.uint8)).save(tmp_path / "png.tif", format="PNG")
    with pytest.raises(InputError, match="is a PNG file"):
        read_pixels(tmp_path / "png.tif")
    whole = tiff(tmp_path / "whole.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.tif cannot be read"):
        read_pixels(tmp_path / "cut.tif")


def test_a_folder_without_metadata_is_no_ome_zarr(tmp_path):
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group"}))
    with pytest.raises(InputError, match=r"a\.zarr is no OME-Zarr image"):
        read_pixels(tmp_path / "a.zarr")


def test_hashes_follow_the_content_of_files_and_folders(tmp_path):
    first, second = ome_zarr(tmp_path / "a.zarr"), ome_zarr(tmp_path / "b.zarr")
    assert image_sha256(first) == image_sha256(second)
    assert image_sha256(ome_zarr(tmp_path / "c.zarr", PIXELS + 1)) != image_sha256(first)
    assert image_sha256(tiff(tmp_path / "a.tif")) == image_sha256(tiff(tmp_path / "b.tif"))


def test_a_folder_lists_its_images_and_an_empty_one_says_so(tmp_path):
    tiff(tmp_path / "b.TIFF")
    ome_zarr(tmp_path / "a.zarr")
    (tmp_path / "notes.txt").write_text("x")
    assert [path.name for path in image_paths(tmp_path)] == ["a.zarr", "b.TIFF"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no TIFF file and no OME-Zarr folder"):
        image_paths(tmp_path / "empty")
    with pytest.raises(InputError, match="there is no folder 'nowhere'"):
        image_paths(tmp_path / "nowhere")
