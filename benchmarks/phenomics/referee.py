"""The package `efaar-benchmarking` itself, as a referee for equality and speed: never imported by the product.

Its wheel asks for 6.7 GB of packages and carries top-level folders named `tests` and `notebooks`. The two modules used
here need numpy, pandas, scipy and scikit-learn only, so `make referees` unpacks the wheel alone into `.referees`, and
scvi-tools and geomloss, which other functions of theirs use, are stood in for while the modules are imported.
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
    """Whether `make referees` has unpacked the package."""
    return (FOLDER / "efaar_benchmarking").is_dir()


def efaar(module: str = "efaar") -> Any:
    """The package's module `efaar` (align, aggregate) or `benchmarking` (recall, consistency).

    Raises FileNotFoundError saying how to get the package.
    """
    if not is_here():
        raise FileNotFoundError("efaar-benchmarking is not in .referees; `make referees` fetches it (2 MB).")
    with _stand_ins():
        return importlib.import_module(f"efaar_benchmarking.{module}")


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Names for what is not installed, and the folder on the path, for the time of one import."""
    missing = {name: attribute for name, attribute in ABSENT.items() if name not in sys.modules}
    for name, attribute in missing.items():
        sys.modules[name] = types.ModuleType(name)
        if attribute:
            setattr(sys.modules[name], attribute, None)
    sys.path.append(str(FOLDER))
    try:
        yield
    finally:
        sys.path.remove(str(FOLDER))
        for name in missing:
            del sys.modules[name]
