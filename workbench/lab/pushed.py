"""`lab.pushed`: results that instruments push, kept as files and brought in by the intake of every other file."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from typing import TYPE_CHECKING

from workbench.catalog import experiments as stored
from workbench.catalog.files import safe_name
from workbench.errors import InputError, StorageError, UnknownNameError
from workbench.jobs.engine.queue import run_job
from workbench.jobs.intake import understand

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.catalog.store import Catalog
    from workbench.hypotheses.intake import IntakePlan
    from workbench.nouns import Experiment, Job

LOOKED_AT, SHORT_ROW = 2_000_000, 40  # bytes and cells in which a plate is sought
_PLAN = re.compile(r"(E-[0-9]{1,9})\.([0-9a-f]{64})")


class Pushed:
    """Keep, understand, bring in."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def experiment_of(self, barcode: str) -> Experiment:
        """The experiment of a plate. Raises UnknownNameError."""
        return stored.experiment_of_plate(self.catalog, barcode)

    def keep(self, content: bytes, name: str = "results.csv", barcode: str = "") -> str:
        """Keep a table of text by its content and give the plan's id.

        Its experiment is that of `barcode`, or of the first plate that its first row names. Raises InputError where none is
        named, UnknownNameError for an unknown barcode.
        """
        experiment = self.experiment_of(barcode) if barcode else self._named(content)
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"{safe_name(barcode or name).removesuffix('.csv')}.csv"  # a file named after a plate is of that plate
        folder = self._folder(sha256)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if next(folder.glob("*.csv"), None) is None:
                made = folder / f"{os.getpid()}.{secrets.token_hex(4)}.part"
                made.write_bytes(content)
                made.replace(folder / name)
        except OSError as error:
            raise StorageError(f"the results could not be kept: {error.strerror}.", where=str(folder)) from error
        return f"{experiment.handle}.{sha256}"

    def understand(self, plan_id: str) -> tuple[Experiment, IntakePlan]:
        """What was understood of kept results. Raises InputError when they cannot be used."""
        experiment, path = self._find(plan_id)
        return experiment, understand(self.catalog, path, experiment.experiment_id)

    def bring_in(self, plan_id: str, person: str, inline: bool = False, train: bool = True, override: str = "") -> Job:
        """Import kept results; the same content twice is once. `override` says why plates count that should stop."""
        experiment, path = self._find(plan_id)
        return run_job(
            self.catalog, "intake", inline=inline, person=person, path=str(path), experiment_id=experiment.experiment_id,
            train=train, answers={}, override=override,
        )  # fmt: skip

    def _named(self, content: bytes) -> Experiment:
        lines = content[:LOOKED_AT].decode("utf-8-sig", "replace").splitlines()
        cells = re.split(r"[,;\t]", lines[1]) if len(lines) > 1 else []
        for cell in dict.fromkeys(cell.strip(" \"'") for cell in cells[:SHORT_ROW]):
            try:
                return self.experiment_of(cell)
            except UnknownNameError:
                continue
        raise InputError(
            f"the first row of the results names no plate of ours ({', '.join(cells[:3])[:80] or 'there is none'}).",
            where="row 2", hint="Give the plate_barcode of the plate map as a column, or name it: ?barcode=WB0003-1.",
        )  # fmt: skip

    def _find(self, plan_id: str) -> tuple[Experiment, Path]:
        parts = _PLAN.fullmatch(plan_id)
        path = next(self._folder(parts[2]).glob("*.csv"), None) if parts else None
        if parts is None or path is None:
            raise UnknownNameError(f"there is no plan {plan_id[:80]!r}.", hint="Push the results first.")
        return stored.get_experiment(self.catalog, parts[1]), path

    def _folder(self, sha256: str) -> Path:
        return self.catalog.settings.files / "results" / sha256[:2] / sha256
