"""`lab.pushed`: results that instruments push, read as every file dropped on a page, kept, and brought in by the same intake."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog import experiments as stored
from workbench.catalog.object_storage import hand_over, whole
from workbench.catalog.result_apart import is_risky, read_apart
from workbench.catalog.result_files import SUFFIXES, names_in, read_result_file
from workbench.errors import InputError, StorageError, UnknownNameError, WorkbenchError
from workbench.jobs.engine.queue import run_job
from workbench.jobs.intake import understand
from workbench.kernels.file_names import safe_name

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.hypotheses.intake import IntakePlan
    from workbench.nouns import Experiment, Job

LOOKED_AT, SHORT_ROW, TRIED = 2_000_000, 40, 200  # bytes, cells of a row and words in which a plate is sought
# what content begins with, where the name does not say what it is
BEGINS = {b"PAR1": ".parquet", b"\x89HDF": ".h5ad", b"PK\x03\x04": ".xlsx", b"\x1f\x8b": ".csv.gz", b"#1.": ".gct"}
BINARY = (b"PAR1", b"\x89HDF", b"PK\x03\x04", b"\x1f\x8b")
_PLAN = re.compile(r"(E-[0-9]{1,9})\.([0-9a-f]{64})")


class Pushed:
    """Understand, keep, bring in."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def experiment_of(self, barcode: str) -> Experiment:
        """The experiment of a plate. Raises UnknownNameError."""
        return stored.experiment_of_plate(self.catalog, barcode)

    def receive(
        self, content: bytes, name: str = "results.csv", barcode: str = "", experiment: str = ""
    ) -> tuple[str, Experiment, IntakePlan]:
        """Read results in any of the forms that a page takes, and keep them by their content when they can be used.

        They are for `experiment`, or that of `barcode`, or of the first plate that the file names. Gives the plan's id, the
        experiment and what was understood. Raises InputError for what cannot be used and where no plate is named,
        UnknownNameError for an unknown one; nothing is kept then.
        """
        name = file_name(name, content, barcode)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            try:
                found = self._experiment(path, content, barcode, experiment)
                plan = understand(self.catalog, path, found.experiment_id)
            except WorkbenchError as error:
                error.where = error.where.replace(str(path), name)
                raise
        return f"{found.handle}.{self._keep(content, name)}", found, plan

    def understand(self, plan_id: str, answers: dict[str, str] | None = None) -> tuple[Experiment, IntakePlan]:
        """What was understood of kept results, with answers to what they leave open. Raises InputError and UnknownNameError."""
        experiment, path = self._find(plan_id)
        return experiment, understand(self.catalog, path, experiment.experiment_id, answers)

    def bring_in(
        self, plan_id: str, person: str, inline: bool = False, train: bool = True, override: str = "",
        answers: dict[str, str] | None = None,
    ) -> Job:  # fmt: skip
        """Import kept results; the same content twice is once. `override` says why plates count that should stop."""
        experiment, path = self._find(plan_id)
        return run_job(
            self.catalog, "intake", inline=inline, person=person, path=hand_over(self.catalog.settings, path),
            experiment_id=experiment.experiment_id, train=train, answers=answers or {}, override=override,
        )  # fmt: skip

    def _experiment(self, path: Path, content: bytes, barcode: str, experiment: str) -> Experiment:
        if experiment:
            return stored.get_experiment(self.catalog, experiment)
        if barcode:
            return self.experiment_of(barcode)
        row, is_text = _second_row(content), not content.startswith(BINARY)
        known = self._first_known(row) or self._first_known(re.split(r"[\s,;()]+", path.stem))
        if known is not None:
            return known
        try:
            found = names_in(read_apart(path, ()) if is_risky(path) else read_result_file(path, ()))[:TRIED]
        except InputError:
            if not is_text:
                raise
            found = []
        known = self._first_known(found)
        if known is None:
            shown = ", ".join((row or found)[:3])[:80] or "there is none"
            what = "the first row of the results" if is_text else path.name
            raise InputError(
                f"{what} names no plate of ours ({shown}).", where="row 2" if is_text else path.name,
                hint="Give the plate_barcode of the plate map as a column, or name it: ?barcode=WB0003-1 or ?experiment=E-3.",
            )  # fmt: skip
        return known

    def _first_known(self, names: Iterable[str]) -> Experiment | None:
        for name in dict.fromkeys(names):
            try:
                return self.experiment_of(name)
            except UnknownNameError:
                continue
        return None

    def _keep(self, content: bytes, name: str) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        folder = self._folder(sha256)
        try:
            if _kept(folder) is None:
                with whole(folder / name) as partial:
                    partial.write_bytes(content)
        except OSError as error:
            raise StorageError(f"the results could not be kept: {error.strerror}.", where=str(folder)) from error
        return sha256

    def _find(self, plan_id: str) -> tuple[Experiment, Path]:
        parts = _PLAN.fullmatch(plan_id)
        path = _kept(self._folder(parts[2])) if parts else None
        if parts is None or path is None:
            raise UnknownNameError(f"there is no plan {plan_id[:80]!r}.", hint="Push the results first.")
        return stored.get_experiment(self.catalog, parts[1]), path

    def _folder(self, sha256: str) -> Path:
        return self.catalog.settings.files / "results" / sha256[:2] / sha256


def file_name(name: str, content: bytes, barcode: str = "") -> str:
    """The name to read results by: safe, with an ending that says what they are, after the plate where one is given."""
    given = safe_name(name, "results")
    inner = given.lower().removesuffix(".gz")
    ending = next((s for s in SUFFIXES if inner.endswith(s) and s != ".gz"), "")
    if ending:
        stem, ending = given[: len(inner) - len(ending)], given[len(inner) - len(ending) :]
    else:
        stem, ending = given, next((s for start, s in BEGINS.items() if content.startswith(start)), ".csv")
    return safe_name(f"{(safe_name(barcode, 'plate') if barcode else stem)[:80] or 'results'}{ending.lower()}")


def _kept(folder: Path) -> Path | None:
    return next((path for path in sorted(folder.glob("*")) if path.suffix != ".partial"), None)


def _second_row(content: bytes) -> list[str]:
    """Cells of the row below the header of a table of text."""
    if content.startswith(BINARY):
        return []
    lines = content[:LOOKED_AT].decode("utf-8-sig", "replace").splitlines()
    cells = re.split(r"[,;\t]", lines[1]) if len(lines) > 1 else []
    return [cell.strip(" \"'") for cell in cells[:SHORT_ROW]]
