"""Lab: one thin object with a facet for each journey; no logic of its own, long work becomes a job."""

from __future__ import annotations

import threading
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.lab.campaigns import Campaigns
    from workbench.lab.cells import Cells
    from workbench.lab.data import Data
    from workbench.lab.entities import Entities
    from workbench.lab.experiments import Experiments
    from workbench.lab.hypotheses import Hypotheses
    from workbench.lab.jobs import Jobs
    from workbench.lab.maps import Maps
    from workbench.lab.models import Models
    from workbench.lab.molecules import Molecules
    from workbench.lab.people import People
    from workbench.lab.pushed import Pushed
    from workbench.lab.search import Hit
    from workbench.lab.tokens import Tokens
    from workbench.settings import Settings


class Lab:
    """The open lab. Facets are imported on first use, so that opening one stays light."""

    def __init__(self, catalog: Catalog | None = None, *, settings: Settings | None = None) -> None:
        """Of an open catalog; of settings alone, the catalog is opened by whoever needs it first."""
        if catalog is None and settings is None:
            raise TypeError("a lab needs a catalog or settings")
        self._catalog, self._opening = catalog, threading.Lock()
        self.settings: Settings = catalog.settings if catalog is not None else settings

    @classmethod
    def open(cls, settings: Settings | None = None) -> Lab:
        """Open the lab of these settings (default: the `WORKBENCH_*` variables)."""
        from workbench.catalog.store import Catalog
        from workbench.settings import Settings

        return cls(Catalog.open(settings or Settings()))

    @property
    def catalog(self) -> Catalog:
        """The open catalog. Raises StorageError where it cannot be opened."""
        with self._opening:
            if self._catalog is None:
                from workbench.catalog.store import Catalog

                self._catalog = Catalog.open(self.settings)
            return self._catalog

    @property
    def is_open(self) -> bool:
        """Whether the catalog is open already: what is asked now waits for nothing."""
        return self._catalog is not None

    @cached_property
    def data(self) -> Data:
        """Data sets: list, import, remove, verify, export, rejects, snapshots, SQL."""
        return self._facet("data", "Data")

    @cached_property
    def entities(self) -> Entities:
        """Genes and compounds, with everything known about each."""
        return self._facet("entities", "Entities")

    @cached_property
    def maps(self) -> Maps:
        """Maps, neighbours, cohorts, plates and images."""
        return self._facet("maps", "Maps")

    @cached_property
    def cells(self) -> Cells:
        """The virtual cell: predict, explain, what was measured."""
        return self._facet("cells", "Cells")

    @cached_property
    def molecules(self) -> Molecules:
        """Molecules and conformer ensembles."""
        return self._facet("molecules", "Molecules")

    @cached_property
    def hypotheses(self) -> Hypotheses:
        """The queue: draft, propose, approve, withdraw, history."""
        return self._facet("hypotheses", "Hypotheses")

    @cached_property
    def experiments(self) -> Experiments:
        """Batches, plates, results, quality control."""
        return self._facet("experiments", "Experiments")

    @cached_property
    def models(self) -> Models:
        """Model versions, comparisons, promotion and roll-back."""
        return self._facet("models", "Models")

    @cached_property
    def campaigns(self) -> Campaigns:
        """Campaigns replayed on screens: run, results, gains over static ranks."""
        return self._facet("campaigns", "Campaigns")

    @cached_property
    def jobs(self) -> Jobs:
        """Run, watch and cancel jobs."""
        return self._facet("jobs", "Jobs")

    @cached_property
    def pushed(self) -> Pushed:
        """Results that instruments push: keep, understand, bring in."""
        return self._facet("pushed", "Pushed")

    @cached_property
    def people(self) -> People:
        """Accounts and sign-ins: invite, disable, reset, who is signed in."""
        return self._facet("people", "People")

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens of instruments and scripts: create, list, revoke."""
        return self._facet("tokens", "Tokens")

    def find(self, text: str, limit: int = 12) -> list[Hit]:
        """Genes, compounds, data sets, hypotheses … that match the text, typing errors forgiven; best first."""
        from workbench.lab.search import find

        return find(self.catalog, text, limit)

    def close(self) -> None:
        """Close the catalog, if it was opened."""
        if self._catalog is not None:
            self._catalog.close()

    def _facet(self, module: str, name: str) -> Any:
        return getattr(import_module(f"workbench.lab.{module}"), name)(self.catalog)

    def __repr__(self) -> str:
        return f"Lab({str(self.settings.home)!r})"
