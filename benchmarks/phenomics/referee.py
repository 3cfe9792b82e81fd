"""Peers as referees for equality and speed: never imported by the product.

efaar-benchmarking's wheel asks for 6.7 GB of packages and carries top-level folders named `tests` and `notebooks`. The
two modules used here need numpy, pandas, scipy and scikit-learn only, so `make referees` unpacks the wheel alone into
`.referees`; scvi-tools and geomloss, which other functions of theirs use, are stood in for while they are imported.
copairs and faiss lie beside it, each in a folder of its own.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / ".referees"
ABSENT = {"scvi.model": "SCVI", "scvi": "", "geomloss": "SamplesLoss"}


def is_here() -> bool:
    """Whether `make referees` has unpacked efaar-benchmarking."""
    return (FOLDER / "efaar_benchmarking").is_dir()


def has_copairs() -> bool:
    """Whether `make referees` has unpacked copairs."""
    return (FOLDER / "copairs" / "copairs").is_dir()


def efaar(module: str = "efaar") -> Any:
    """The package's module `efaar` (align, aggregate) or `benchmarking` (recall, consistency).

    Raises FileNotFoundError saying how to get the package.
    """
    if not is_here():
        raise FileNotFoundError("efaar-benchmarking is not in .referees; `make referees` fetches it (2 MB).")
    with _stand_ins():
        return importlib.import_module(f"efaar_benchmarking.{module}")


def copairs() -> Any:
    """The module `copairs.map`. Raises FileNotFoundError saying how to get the package."""
    return _alone("copairs", "copairs.map")


def faiss() -> Any:
    """The module `faiss`. Raises FileNotFoundError saying how to get the package."""
    return _alone("faiss", "faiss")


def _alone(folder: str, module: str) -> Any:
    if not (FOLDER / folder / folder).is_dir():
        raise FileNotFoundError(f"{folder} is not in .referees; `make referees` fetches it.")
    with _on_path(FOLDER / folder):
        return importlib.import_module(module)


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Names for what is not installed, and the folder on the path, for the time of one import."""
    missing = {name: attribute for name, attribute in ABSENT.items() if name not in sys.modules}
    for name, attribute in missing.items():
        sys.modules[name] = types.ModuleType(name)
        if attribute:
            setattr(sys.modules[name], attribute, None)
    try:
        with _on_path(FOLDER):
            yield
    finally:
        for name in missing:
            del sys.modules[name]
