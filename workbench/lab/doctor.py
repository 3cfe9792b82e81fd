"""What `workbench doctor` says: versions, settings, places, what is missing and how to mend it."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.settings import hide_password, is_loopback

if TYPE_CHECKING:
    from workbench.lab import Lab
    from workbench.settings import Settings

PACKAGES = (
    "duckdb", "duckdb-extension-ducklake", "dbos", "sqlalchemy", "numpy", "torch", "rdkit", "panel", "holoviews",
)  # fmt: skip
LOW_SPACE_GB = 2.0


def examine(settings: Settings) -> list[str]:
    """Lines of the report; a line that begins with `!` names something to mend and how. Opens the catalog itself."""
    lines = ["Versions", f"  python {platform.python_version()}"]
    lines += [f"  {name} {_version(name) or 'missing'}" for name in PACKAGES]
    lines += [f"! package {name} is missing. Mend: make setup" for name in _missing_packages()]
    lines += ["Settings (WORKBENCH_*)"]
    lines += [f"  {name} = {hide_password(str(value))}" for name, value in settings.model_dump().items()]
    lines += [
        "Places",
        f"  ledger {hide_password(settings.ledger_url)}",
        f"  lake {settings.lake_metadata} and {settings.lake_data}",
        f"  jobs {hide_password(settings.jobs_url)}",
        f"  weights {settings.weights}",
        "State",
    ]
    return [*lines, *_folders(settings), *_state(settings)]


def _folders(settings: Settings) -> Iterator[str]:
    """What can be said without opening anything."""
    if not list(settings.data_catalog.glob("*.toml")):
        yield f"! no data set is described in {settings.data_catalog}. Mend: unset WORKBENCH_DATA_CATALOG"
    if settings.mirror is not None and not settings.mirror.is_dir():
        yield f"! the mirror {settings.mirror} is no folder. Mend: correct or unset WORKBENCH_MIRROR"
    place = next((path for path in (settings.home, *settings.home.parents) if path.exists()), None)
    free = shutil.disk_usage(place).free / 1e9
    yield f"  {free:.1f} GB free where the catalog lies"
    if free < LOW_SPACE_GB:
        yield f"! less than {LOW_SPACE_GB:g} GB free. Mend: make room, or set WORKBENCH_HOME elsewhere"


def _state(settings: Settings) -> Iterator[str]:
    try:
        from workbench.lab import Lab

        lab = Lab.open(settings)
    except (WorkbenchError, ImportError) as error:
        yield _told(error)
        return
    with closing(lab):
        for part in (_datasets, _lake, _weights, _people, _history, _queue):
            yield from _guarded(part, lab)


def _guarded(part: Callable[[Lab], Iterator[str]], lab: Lab) -> Iterator[str]:
    """Lines of one part; a part that fails says why and leaves the others their turn."""
    try:
        yield from part(lab)
    except WorkbenchError as error:
        yield _told(error)


def _datasets(lab: Lab) -> Iterator[str]:
    datasets = lab.data.available()
    absent = [item for item in datasets if item.imported_at is None]
    names = ", ".join(item.dataset for item in absent)
    yield f"  {len(datasets) - len(absent)} data sets imported; not imported: {names or 'none'}"
    bundled = [item.dataset for item in absent if item.bundled]
    if bundled:
        yield f"! {', '.join(bundled)}: bundled but not imported. Mend: workbench setup"


def _lake(lab: Lab) -> Iterator[str]:
    from workbench.catalog.integrity import lost_files
    from workbench.catalog.lake import LOST_LAKE

    lost = lost_files(lab.catalog)
    if lost:
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        yield f"! lost or cut files of the lake: {', '.join(lost[:3])}{more}. Mend: {LOST_LAKE}"


def _weights(lab: Lab) -> Iterator[str]:
    from workbench.training.weights import load_weights

    versions = lab.models.list()
    yield f"  {len(versions)} model versions"
    for item in versions:
        try:
            load_weights(lab.settings, item.weights_sha256)
        except WorkbenchError as error:
            command = "train-images" if "images" in item.training_set else f"train {item.task}"
            yield f"! {item.name}: {error.message} Mend: workbench models {command}"


def _history(lab: Lab) -> Iterator[str]:
    if not lab.catalog.ledger.seal_key:
        yield (
            "! the history bears no seal: who can write the database could cut its end off unseen. "
            "Mend: set one WORKBENCH_SEAL_KEY on all hosts"
        )


def _people(lab: Lab) -> Iterator[str]:
    if lab.settings.asks_for_password:
        yield f"  the app asks for a password; {len(lab.people.list())} people"
        if not lab.people.anybody_can_sign_in():
            yield "! nobody can sign in yet. Mend: workbench people add NAME --role admin"
    elif not is_loopback(lab.settings.host):
        yield f"! whoever reaches {lab.settings.host} acts as anybody. Mend: unset WORKBENCH_SIGN_IN"
    broken = lab.people.verify()
    if broken:
        yield f"! the history of access: {broken[0]['problem']}. Mend: workbench verify names it; ask who could write it"


def _queue(lab: Lab) -> Iterator[str]:
    from workbench.jobs.engine.durable import open_queue

    workers = lab.jobs.workers()
    told = ", ".join(f"pid {row['pid']} ({row['age_s']:.0f} s)" for row in workers)
    yield (
        f"  {len(workers)} workers: {told}"
        if workers
        else ("  no worker runs, so queued jobs wait: make app starts one, or workbench worker")
    )
    open_queue(lab.settings)


def _told(error: Exception) -> str:
    if not isinstance(error, WorkbenchError):
        return f"! {error}. Mend: make setup"
    where = f" ({error.where})" if error.where else ""
    return f"! {error.message}{where} Mend: {error.hint}"


def _missing_packages() -> list[str]:
    """Packages that this one needs and that are not here, whatever their version."""
    try:
        needed = [line for line in requires("workbench") or [] if "extra ==" not in line]
    except PackageNotFoundError:
        return ["workbench"]
    return [name for name in (re.split(r"[\s<>=!~;\[]", line)[0] for line in needed) if _version(name) is None]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
