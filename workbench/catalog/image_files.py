"""Image files: multi-page TIFF and OME-Zarr to pixels, one plane a channel."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import InputError

TIFF = (".tif", ".tiff")
LARGEST_PIXELS = 400_000_000  # channels × height × width of one image
_BROKEN = (OSError, SyntaxError, TypeError, KeyError, ValueError)  # what Pillow raises for damaged files


def image_paths(folder: Path) -> list[Path]:
    """TIFF files and OME-Zarr folders directly in a folder, by name. Raises InputError when there is none."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder.name!r}.", where=str(folder))
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in TIFF or p.suffix == ".zarr")
    if not found:
        raise InputError(f"no TIFF file and no OME-Zarr folder lies in {folder.name}.", where=str(folder))
    return found


def image_sha256(path: Path) -> str:
    """sha256 of a file, or of all files of a folder with their relative names."""
    digest = hashlib.sha256()
    if path.is_file():
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    for part in sorted(p for p in path.rglob("*") if p.is_file()):
        digest.update(part.relative_to(path).as_posix().encode())
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    return digest.hexdigest()


def read_pixels(path: Path) -> np.ndarray:
    """Pixels [n_channels, height, width] of a TIFF (one page a channel) or an OME-Zarr image at full resolution.

    Raises InputError naming the file: not an image, colour pages, pages of different sizes, time series or z stacks.
    """
    pixels = _read_zarr(path) if path.suffix == ".zarr" else _read_tiff(path)
    if pixels.size == 0:
        raise InputError(f"{path.name} holds no pixels: its shape is {pixels.shape}.", where=str(path))
    return pixels


def _read_tiff(path: Path) -> np.ndarray:
    from PIL import Image, ImageSequence, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            if image.format != "TIFF":
                raise InputError(f"{path.name} is a {image.format} file, not a TIFF.", where=str(path))
            _check_size(path, getattr(image, "n_frames", 1) * image.width * image.height)
            pages = [np.asarray(page) for page in ImageSequence.Iterator(image)]
    except (*_BROKEN, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise InputError(f"{path.name} cannot be read as a TIFF: {error}.", where=str(path)) from error
    shapes = {page.shape for page in pages}
    if len(shapes) > 1 or len(next(iter(shapes))) != 2:
        raise InputError(
            f"{path.name} needs one grey page a channel, all of one size. Found pages of {sorted(shapes)}.",
            where=str(path),
        )
    return np.stack(pages)


def _read_zarr(path: Path) -> np.ndarray:
    import zarr
    from zarr.errors import BaseZarrError

    try:
        group = zarr.open_group(str(path), mode="r")
        scales = (group.attrs.get("ome") or group.attrs)["multiscales"][0]
        array = group[scales["datasets"][0]["path"]]
    except (BaseZarrError, KeyError, IndexError, TypeError, ValueError, OSError) as error:
        raise InputError(
            f"{path.name} is no OME-Zarr image: {error}.", where=str(path), hint="It needs `multiscales` metadata."
        ) from error
    axes = [
        axis["name"] if isinstance(axis, dict) else str(axis) for axis in scales.get("axes", "tczyx"[-array.ndim :])
    ]
    if len(axes) != array.ndim or axes[-2:] != ["y", "x"]:
        raise InputError(f"{path.name} has axes {axes} and shape {array.shape}: y and x must be last.", where=str(path))
    _check_size(path, int(np.prod(array.shape)))
    return _channels_first(path, np.asarray(array[...]), axes)


def _channels_first(path: Path, pixels: np.ndarray, axes: list[str]) -> np.ndarray:
    keep: list[Any] = []
    for name, length in zip(axes[:-2], pixels.shape, strict=False):
        if name != "c" and length != 1:
            raise InputError(f"{path.name} has {length} planes along {name}: give one of them.", where=str(path))
        keep.append(slice(None) if name == "c" else 0)
    pixels = pixels[tuple(keep)]
    return pixels if "c" in axes else pixels[None]


def _check_size(path: Path, n_pixels: int) -> None:
    if n_pixels > LARGEST_PIXELS:
        raise InputError(
            f"{path.name} holds {n_pixels:,} pixels; at most {LARGEST_PIXELS:,} are read.", where=str(path),
            hint="Cut it into fields first.",
        )  # fmt: skip
