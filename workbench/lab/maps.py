"""The maps facet: maps, neighbours with their evidence, cohorts."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import cohorts as catalog_cohorts
from workbench.catalog import maps as catalog_maps
from workbench.catalog.datasets import get_dataset
from workbench.catalog.map_export import map_file
from workbench.errors import DataQualityError, UnknownNameError
from workbench.lab.map_scores import score_table
from workbench.lab.nearest import nearest_of_all
from workbench.lab.selection import Annotations, annotations_of, cautions, clusters_of, over_represented
from workbench.nouns import Cohort, Job, Map
from workbench.phenomics.activity import well_strength
from workbench.phenomics.relate import clustered_cosines, neighbours, pair_null

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.store import Catalog

LARGEST_CACHE = 8
LARGEST_MATRIX = 60
_maps: OrderedDict[tuple[str, str, str], Map] = OrderedDict()  # one object a map for the whole process
_nulls: OrderedDict[tuple[str, str, str], np.ndarray] = OrderedDict()
_annotations: OrderedDict[tuple[str, str, str], Annotations] = OrderedDict()
_clusters: OrderedDict[tuple[str, str, str], list[dict[str, Any]]] = OrderedDict()
_places: OrderedDict[tuple[str, str, str], dict[str, int]] = OrderedDict()
_lock = threading.RLock()
_making: defaultdict[tuple[Any, ...], threading.RLock] = defaultdict(threading.RLock)


class Maps:
    """Maps of the lab; every session and notebook of a process shares the same Map objects."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def list(self) -> list[dict[str, Any]]:
        """One row a map: map_id, dataset, title, modality, entity_kind, n_entities, snapshot, accepted, quality, simulated."""
        import json

        found = []
        for row in catalog_maps.map_rows(self.catalog):
            quality = json.loads(row["quality"] or "{}")
            names = ("map_id", "dataset", "title", "modality", "entity_kind", "n_entities", "snapshot")
            found.append(
                {key: row[key] for key in names}
                | {"accepted": bool(quality.get("accepted")), "quality": quality, "simulated": bool(row["simulated"])}
                | {"created_at": row["created_at"]}
            )
        return found

    def loaded(self, map_id: str) -> Map | None:
        """A map that stands in the memory of this process, or None: nothing is read from disk for it."""
        return _maps.get(self._key(map_id))

    def get(self, map_id: str) -> Map:
        """A map with its points, from the process-wide cache when it has not changed."""
        key = self._key(map_id)
        return _remember(_maps, key, lambda: catalog_maps.read_map(self.catalog, map_id))

    def where(self, gene: str | None = None, compound: str | None = None) -> list[dict[str, Any]]:
        """Every place of a gene (symbol) or compound (InChIKey) on a map, with replicate evidence."""
        ids = catalog_maps.perturbations_of(self.catalog, gene=gene or "", compound=compound or "")
        titles = {row["map_id"]: row for row in self.list()}
        return [
            row | {"title": titles[row["map_id"]]["title"], "dataset": titles[row["map_id"]]["dataset"]}
            for row in catalog_maps.points_of(self.catalog, ids)
            if row["map_id"] in titles
        ]

    def row(self, map_id: str, perturbation_id: str) -> int:
        """Place of an entity among the map's rows. Raises UnknownNameError offering entities with the same label."""
        return int(self.rows(map_id, [perturbation_id])[0])

    def rows(self, map_id: str, selection: Any) -> np.ndarray:
        """Rows [n_selected] of a selection: a Cohort, perturbation ids, or rows as numbers, each once and sorted.

        Raises UnknownNameError for an entity that is not on the map.
        """
        if isinstance(selection, np.ndarray) and selection.dtype.kind in "iu":
            return np.unique(selection)
        names = selection.entities if isinstance(selection, Cohort) else [str(name) for name in selection]
        map_ = self.get(map_id)
        places = _remember(_places, self._key(map_id), lambda: {name: i for i, name in enumerate(map_.entities)})
        unknown = next((name for name in names if name not in places), None)
        if unknown is None:
            return np.unique(np.array([places[name] for name in names], dtype=np.int64))
        text = unknown.split(":")[-1].lower()
        near = [name for name, label in zip(map_.entities, map_.labels, strict=True) if label.lower().startswith(text)][
            :3
        ]
        raise UnknownNameError(
            f"{unknown!r} is not on the map {map_id}.", hint=f"Nearest: {', '.join(near)}." if near else ""
        )

    def enrich(self, map_id: str, selection: Any) -> pd.DataFrame:
        """Gene sets and annotations that a selection holds more of than its map: fold, expectation, p, q, members.

        The background is every gene (or compound) of this map, each counted once. `selection` as in `rows`.
        """
        return over_represented(self._annotations(map_id), self.rows(map_id, selection))

    def relations(self, map_id: str, selection: Any) -> pd.DataFrame:
        """Cosines of every pair of a selection, clustered; rows and columns are labels.

        Of more than 60 entities those whose replicates agree best are taken; `attrs` hold rows, how many there were,
        and the middle 95 % of unrelated pairs of the map.
        """
        import pandas as pd

        map_ = self.get(map_id)
        rows = self.rows(map_id, selection)
        n_selected = len(rows)
        if n_selected > LARGEST_MATRIX:
            steady = np.nan_to_num(np.asarray(map_.evidence["agreement"], dtype=float)[rows], nan=-np.inf)
            rows = np.sort(rows[np.argsort(-steady, kind="stable")[:LARGEST_MATRIX]])
        order, cosines = clustered_cosines(map_.vectors[rows])
        labels = [map_.labels[i] for i in rows[order]]
        table = pd.DataFrame(cosines, index=labels, columns=labels)
        low, high = (float(value) for value in np.quantile(self.null(map_id), [0.025, 0.975]))
        table.attrs = {"rows": rows[order].tolist(), "n_selected": n_selected, "null": (low, high)}
        return table

    def wells(self, map_id: str, selection: Any) -> pd.DataFrame:
        """The wells of a selection: plate, well, perturbation_id."""
        map_ = self.get(map_id)
        ids = [map_.entities[i] for i in self.rows(map_id, selection)]
        return catalog_maps.wells_of(self.catalog, map_.dataset, ids).to_pandas()

    def clusters(self, map_id: str) -> list[dict[str, Any]]:
        """Hills of points in the picture with a name each: the most over-represented annotation, else their number."""
        return _remember(_clusters, self._key(map_id), lambda: clusters_of(self.get(map_id), self._annotations(map_id)))

    def neighbours(self, map_id: str, perturbation_id: str, k: int = 15) -> pd.DataFrame:
        """The most similar and the most opposite entities by cosine.

        p is two-sided against the cosines of all pairs of different entities of the map; q by Benjamini-Hochberg over
        the whole row; beside them the replicate support of each neighbour with its own q, a relation that is already
        known, and what else could make the two alike (`flag`: few cells in both, the same chromosome arm).
        Raises DataQualityError for a refused map.
        """
        import pandas as pd

        map_ = self.get(map_id)
        if not map_.quality.get("accepted", True):
            raise DataQualityError(f"the map {map_id!r} was refused. {map_.quality.get('reason', '')}")
        row = self.row(map_id, perturbation_id)
        found = neighbours(map_.vectors, row, self.null(map_id), k=k)
        ids = [map_.entities[i] for i in found.rows]
        return pd.DataFrame({
            "perturbation_id": ids, "label": [map_.labels[i] for i in found.rows],
            "similarity": found.similarity.astype(float), "p": found.p, "q": found.q,
            "n_replicates": map_.evidence["n_replicates"][found.rows],
            "agreement": map_.evidence["agreement"][found.rows],
            "sign": np.where(found.similarity >= 0, "same", "opposite"),
            "replicate_q": np.asarray(map_.evidence.get("q", np.full(len(map_), np.nan)), dtype=float)[found.rows],
            "known_relation": self._relations(map_, row, found.rows),
            "flag": cautions(map_, row, found.rows),
        })  # fmt: skip

    def nearest(self, map_id: str, k: int = 10, *, approximate: bool = False) -> pd.DataFrame:
        """The k nearest entities of every entity by cosine: perturbation_id, neighbour, place, similarity.

        Exact through an index that all processes map from the cache; `approximate` asks a neighbour graph instead, whose
        measured recall stands in the frame's `attrs["recall"]`. Similarity alone: for evidence ask `neighbours`.
        """
        return nearest_of_all(self.get(map_id), self._similarity_folder(map_id), k, approximate=approximate)

    def null(self, map_id: str) -> np.ndarray:
        """Sorted cosines of pairs of different entities of a map: what similarity means by chance. [<= 500,000]"""

        def make() -> np.ndarray:
            map_ = self.get(map_id)
            groups = map_.columns.get("gene", map_.columns.get("compound"))
            return pair_null(map_.vectors, None if groups is None else np.asarray(groups).astype(str))

        return _remember(_nulls, self._key(map_id), make)

    def replicates(self, map_id: str, perturbation_id: str) -> pd.DataFrame:
        """The wells of an entity: plate, well, batch, context, cell_count."""
        return catalog_maps.replicate_wells(self.catalog, self.get(map_id).dataset, perturbation_id).to_pandas()

    def plate(self, map_id: str, plate: str) -> pd.DataFrame:
        """One plate's wells with `strength`: root mean square z of the profile against the plate's own controls."""
        table, values = catalog_maps.read_plate(self.catalog, self.get(map_id).dataset, plate)
        wells = table.to_pandas()
        if len(wells) == 0:
            raise UnknownNameError(f"there is no plate {plate!r} in {self.get(map_id).dataset}.")
        wells["strength"] = well_strength(values, wells["is_control"].to_numpy(dtype=bool))
        return wells

    def build(self, dataset: str, inline: bool = False) -> Job:
        """Build the maps of a data set as a job."""
        from workbench.lab.jobs import Jobs

        return Jobs(self.catalog).run("build_map", inline=inline, dataset=dataset)

    def score(self, dataset: str, inline: bool = False, person: str | None = None) -> Job:
        """Score the maps of a data set as a job: the field's benchmarks with null, n and interval; see `scores`."""
        from workbench.lab.jobs import Jobs

        return Jobs(self.catalog).run("score_maps", inline=inline, person=person, dataset=dataset)

    def scores(self, dataset: str) -> pd.DataFrame:
        """Stored benchmarks, one row a map and measure; empty when nothing was scored yet."""
        return score_table(self.catalog, dataset)

    def report(self, dataset: str) -> dict[str, Any]:
        """What the report of a data set shows, as arguments of `views.map_report`: maps, dataset, scores, versions.

        Raises UnknownNameError for a data set that is not here, DataQualityError for one without a map.
        """
        from workbench.catalog.store import utc_now
        from workbench.training.code_version import code_version

        known = get_dataset(self.catalog, dataset)
        names = [row["map_id"] for row in self.list() if row["dataset"] == dataset]
        maps = [map_ for map_ in map(self.get, names) if "subset" not in map_.recipe]
        if not maps:
            raise DataQualityError(f"there is no map of {dataset!r} to report on.", hint="Build it: lab.maps.build(…).")
        scores = {str(name): rows.to_dict("records") for name, rows in self.scores(dataset).groupby("map_id")}
        made = f"{utc_now():%Y-%m-%d %H:%M} UTC"
        return {"maps": maps, "dataset": known, "scores": scores, "code_version": code_version(), "made_at": made}

    def relayout(
        self, map_id: str, selection: Any, name: str = "", *, seed: int = 0, inline: bool = False,
        person: str | None = None,
    ) -> Job:  # fmt: skip
        """Lay out a selection alone, as a job; the new map's id is the job's result.

        A selection that is not a cohort yet is saved as one, called `name`.
        """
        from workbench.lab.jobs import Jobs

        if not isinstance(selection, Cohort):
            map_ = self.get(map_id)
            entities = [map_.entities[i] for i in self.rows(map_id, selection)]
            selection = self.cohort(map_id, entities, name or f"subset of {map_id}", person)
        return Jobs(self.catalog).run(
            "relayout", inline=inline, person=person, cohort_id=selection.cohort_id, seed=seed
        )

    def export(self, map_id: str, kind: str, selection: Any = None) -> bytes:
        """A map, or a selection of it, as the bytes of a csv, parquet or h5ad file."""
        map_ = self.get(map_id)
        rows = np.arange(len(map_)) if selection is None else self.rows(map_id, selection)
        return map_file(map_, rows, kind)

    def cohort(self, map_id: str, entities: Any, name: str, person: str | None = None) -> Cohort:
        """Save entities (perturbation ids) of a map under a name."""
        names = [str(entity) for entity in entities]
        self.rows(map_id, names)  # refuses what is not on the map
        return catalog_cohorts.save_cohort(self.catalog, name, map_id, names, person or self.catalog.settings.person)

    def cohorts(self, entity: str | None = None, map_id: str = "") -> list[Cohort]:
        """Saved cohorts, newest first; only those that hold an entity when it is named."""
        found = catalog_cohorts.list_cohorts(self.catalog, map_id)
        return [cohort for cohort in found if entity is None or entity in cohort.entities]

    def get_cohort(self, cohort_id: str) -> Cohort:
        """One cohort by id."""
        return catalog_cohorts.get_cohort(self.catalog, cohort_id)

    def warm(self) -> None:
        """Load the newest accepted maps into the process, then name their clusters: the first visitor need not wait."""
        wanted = [row["map_id"] for row in self.list() if row["accepted"] and row["n_entities"] <= 50_000]
        for map_id in wanted:
            self.get(map_id)
            self.null(map_id)
        for map_id in wanted:
            self.clusters(map_id)

    def _similarity_folder(self, map_id: str) -> Path:
        import hashlib

        made = hashlib.sha256(self._key(map_id)[2].encode()).hexdigest()[:16]
        return self.catalog.settings.cache / "similarity" / map_id / made

    def _annotations(self, map_id: str) -> Annotations:
        return _remember(_annotations, self._key(map_id), lambda: annotations_of(self.catalog, self.get(map_id)))

    def _relations(self, map_: Map, row: int, rows: np.ndarray) -> list[str]:
        genes = map_.columns.get("gene")
        known = [""] * len(rows)
        if genes is not None and genes[row]:
            symbols = [str(genes[i]) for i in rows]
            found = catalog_maps.known_relations(self.catalog, str(genes[row]), symbols)
            known = ["same gene" if symbol == genes[row] else ", ".join(found.get(symbol, [])) for symbol in symbols]
        for name in ("compound", "mechanism", "moa", "target"):
            column = map_.columns.get(name)
            if column is not None and column[row]:
                shown = "" if name == "compound" else f": {column[row]}"
                known = [
                    text or (f"same {name}{shown}" if column[i] == column[row] else "")
                    for text, i in zip(known, rows, strict=True)
                ]
        return known

    def _key(self, map_id: str) -> tuple[str, str, str]:
        made = self.catalog.lake.value("SELECT max(created_at) FROM lake.map WHERE map_id = $1", [map_id])
        return str(self.catalog.settings.home), map_id, str(made)


def _remember(cache: OrderedDict, key: tuple[str, str, str], make: Any) -> Any:
    """The kept value, or a new one; two who want the same wait for one making, others are not held up."""
    with _lock:
        if key in cache:
            cache.move_to_end(key)
            return cache[key]
        making = _making[id(cache), *key[:2]]
    with making:
        with _lock:
            if key in cache:
                return cache[key]
        value = make()
        with _lock:
            for old in [other for other in cache if other[:2] == key[:2]]:
                del cache[old]  # a rebuilt map: let the old one go
            cache[key] = value
            while len(cache) > LARGEST_CACHE:
                cache.popitem(last=False)
        return value
