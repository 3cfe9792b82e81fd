"""Every package that this one needs, directly or not, is pinned to the version that is tested here."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {plain(name): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}


def needed(name: str, extras: tuple[str, ...], seen: dict[str, str]) -> dict[str, str]:
    """Installed versions of all packages that `name` with its extras brings."""
    for line in distribution(name).requires or []:
        want = Requirement(line)
        if want.marker and not any(want.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        key = plain(want.name)
        if key in seen:
            continue
        try:
            seen[key] = distribution(want.name).version
        except PackageNotFoundError:
            continue  # of an extra that is not installed here
        needed(want.name, tuple(want.extras), seen)
    return seen


def test_constraints_pin_every_version_that_is_tested():
    found = needed("workbench", ("dev", "team"), {})
    assert len(found) > 150
    assert {name: version.split("+")[0] for name, version in found.items()}.items() <= pins().items()
