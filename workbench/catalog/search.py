"""Find anything: genes, compounds, data sets, hypotheses … by name, alias, key or SMILES, typing errors forgiven.

Names are indexed by character trigrams in NumPy arrays (a few bytes a name and trigram), so that a million names answer
in tens of milliseconds: exact and prefix matches come from the sorted names, fuzzy ones from trigram counts, and only a
short list is compared letter by letter.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog

CANDIDATES = 300
RARE = 200_000  # a trigram in more names than this says little; it is skipped when rarer ones are there
SURE = 70.0  # from here on a name carries what was typed; below, names are only similar
MIN_SIMILARITY = 0.45
OTHER_NAME = 6.0  # what a find by alias, synonym or former symbol weighs less


@dataclass(frozen=True)
class Hit:
    """One find: what it is, its id, the text to show, how well it fits (100: exactly), and its page."""

    kind: str
    id: str
    label: str
    detail: str
    score: float
    url: str


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """Names in lower case, sorted: names [n], shown [n] (as written), owner [n] (entry number); postings of each trigram."""

    names: np.ndarray
    shown: np.ndarray
    owner: np.ndarray
    keys: np.ndarray
    starts: np.ndarray
    postings: np.ndarray
    entries: list[tuple[str, str, str, str]]


def build_index(entries: Iterable[tuple[str, str, str, str, tuple[str, ...]]]) -> SearchIndex:
    """Index entries (kind, id, label, detail, names). Names are folded to lower case."""
    kept, names, written, owner = [], [], [], []
    for number, (kind, key, label, detail, known_as) in enumerate(entries):
        kept.append((kind, key, label, detail))
        for name, text in {text.lower(): text for text in known_as if text}.items():
            names.append(name)
            written.append(text)
            owner.append(number)
    texts = np.array(names, dtype=object)
    order = np.argsort(texts, kind="stable") if names else np.array([], dtype=np.int64)
    texts, owners = texts[order], np.array(owner, dtype=np.int32)[order]
    keys, starts, postings = _trigram_postings(texts)
    return SearchIndex(texts, np.array(written, dtype=object)[order], owners, keys, starts, postings, kept)


def search_index(index: SearchIndex, text: str, limit: int = 12) -> list[tuple[float, tuple[str, str, str, str]]]:
    """Best entries for the text with a score of 0 to 100, ties by name: exact (100 by symbol or key, 99 by another name),
    prefix, part of a name, and below `SURE` merely similar ones. The detail says by which other name."""
    from rapidfuzz.distance import OSA

    wanted = " ".join(text.lower().split())
    if not wanted or not len(index.names):
        return []
    scored: dict[int, tuple[float, int]] = {}

    def keep(i: int, score: float) -> None:
        number = int(index.owner[i])
        if not _primary(index, i):
            score -= 1.0 if score == 100.0 else OTHER_NAME
        if score > scored.get(number, (0.0, 0))[0]:
            scored[number] = (score, i)

    low, high = np.searchsorted(index.names, wanted), np.searchsorted(index.names, wanted + "\uffff")
    for i in range(low, min(high, low + CANDIDATES)):
        name = index.names[i]
        keep(i, 100.0 if name == wanted else 95.0 - min(len(name) - len(wanted), 20) / 4)
    if len(scored) < limit and len(wanted) > 2:
        for i in _similar(index, wanted):
            name = index.names[i]
            if wanted in name:
                keep(i, SURE + OTHER_NAME + 8.0 - min(len(name) - len(wanted), 32) / 4)
                continue
            similarity = OSA.normalized_similarity(wanted, name, score_cutoff=MIN_SIMILARITY)
            if similarity:
                keep(i, min(SURE - 1.0, SURE * similarity))
    ranked = sorted(scored.items(), key=lambda item: (-item[1][0], index.entries[item[0]][2].lower(), item[0]))
    return [(score, _named(index, number, i)) for number, (score, i) in ranked[:limit]]


def find(catalog: Catalog, text: str, limit: int = 12) -> list[Hit]:
    """Hits in lake and ledger, best first, every kind with its share; a SMILES that parses comes first as a molecule."""
    text = text.strip()
    if not text:
        return []
    hits = _molecule_hits(catalog, text) if _looks_like_smiles(text) else []
    ranked = search_index(_lake_index(catalog), text, 4 * limit) + search_index(
        build_index(_ledger_entries(catalog)), text, limit
    )
    ranked.sort(key=lambda item: (-item[0], item[1][2].lower()))
    found = {(hit.kind, hit.id) for hit in hits}
    hits += [_hit(score, entry) for score, entry in _shared_out(ranked, limit) if entry[:2] not in found]
    return hits[:limit]


def _shared_out(ranked: list[tuple[float, tuple[str, str, str, str]]], limit: int) -> list[Any]:
    """The best `limit`; a kind that would fill them all leaves up to a third to the sure finds of other kinds."""
    best = ranked[:limit]
    others = [item for item in ranked[limit:] if item[0] >= SURE and item[1][0] != ranked[0][1][0]][: limit // 3]
    return best[: limit - len(others)] + others


def _primary(index: SearchIndex, i: int) -> bool:
    kind, key, label, _ = index.entries[int(index.owner[i])]
    return kind not in ("gene", "compound") or index.names[i] in (key.lower(), label.lower())


def _named(index: SearchIndex, number: int, i: int) -> tuple[str, str, str, str]:
    """An entry, with the other name under which it was found before its detail."""
    kind, key, label, detail = index.entries[number]
    if _primary(index, i):
        return kind, key, label, detail
    return kind, key, label, " · ".join(part for part in (f"also {index.shown[i]}", detail) if part)


def _similar(index: SearchIndex, wanted: str) -> np.ndarray:
    grams = _codes(wanted)
    places = np.searchsorted(index.keys, grams)
    found = [
        index.postings[index.starts[p] : index.starts[p + 1]]
        for p, gram in zip(places, grams, strict=True)
        if p < len(index.keys) and index.keys[p] == gram
    ]
    if not found:
        return np.array([], dtype=np.int64)
    rare = [posting for posting in found if len(posting) <= RARE] or [min(found, key=len)]
    names, counts = np.unique(np.concatenate(rare), return_counts=True)
    if len(names) > CANDIDATES:
        lengths = np.array([len(index.names[i]) for i in names]) if len(names) < 20_000 else 0
        score = counts - 0.01 * np.abs(lengths - len(wanted))
        names = names[np.argpartition(-score, CANDIDATES)[:CANDIDATES]]
    return names


def _trigram_postings(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not len(texts):
        return np.array([], np.int64), np.zeros(1, np.int64), np.array([], np.int32)
    joined = "".join(f"  {text} " for text in texts)
    characters = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    lengths = np.array([len(text) + 3 for text in texts])
    codes = _combine(characters[:-2], characters[1:-1], characters[2:])
    ends = np.cumsum(lengths)
    inside = np.ones(len(codes), dtype=bool)
    for shift in (1, 2):  # trigrams that reach into the next name
        inside[(ends - shift)[(ends - shift) < len(codes)]] = False
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)[: len(codes)]
    codes, owner = codes[inside], owner[inside]
    order = np.argsort(codes, kind="stable")
    codes, owner = codes[order], owner[order]
    keys, starts = np.unique(codes, return_index=True)
    return keys, np.append(starts, len(codes)), owner


def _codes(text: str) -> np.ndarray:
    characters = np.array([ord(c) for c in f"  {text} "], dtype=np.int64)
    return np.unique(_combine(characters[:-2], characters[1:-1], characters[2:]))


def _combine(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> np.ndarray:
    return ((first & 0x1FFFFF) << 42) | ((second & 0x1FFFFF) << 21) | (third & 0x1FFFFF)


_indexes: dict[tuple[str, int], SearchIndex] = {}
_building = threading.Lock()


def _lake_index(catalog: Catalog) -> SearchIndex:
    key = (str(catalog.settings.home), catalog.lake.value(_STAMP) or 0)
    with _building:
        if key not in _indexes:
            _indexes.clear()
            _indexes[key] = build_index(_lake_entries(catalog))
        return _indexes[key]


_STAMP = """
SELECT coalesce(hash(string_agg(dataset || sha256 || imported_at::VARCHAR, '|' ORDER BY dataset)), 0) % 9007199254740991
FROM lake.dataset
"""
_GENES = """
SELECT symbol, arg_max(title, CASE WHEN title = '' THEN 0 WHEN dataset = 'hgnc' THEN 2 ELSE 1 END) AS title,
        list_sort(list_distinct(flatten(list(aliases)))) AS aliases FROM (
    SELECT Metadata_Symbol AS symbol, title, aliases, dataset FROM lake.gene
    UNION ALL SELECT DISTINCT unnest(genes), '', CAST([] AS VARCHAR[]), '' FROM lake.perturbation
    UNION ALL SELECT DISTINCT source, '', CAST([] AS VARCHAR[]), '' FROM lake.network_edge
    UNION ALL SELECT DISTINCT target, '', CAST([] AS VARCHAR[]), '' FROM lake.network_edge
) GROUP BY 1
"""
_COMPOUNDS = """
SELECT Metadata_InChIKey AS key, min(Metadata_Name) AS name, list_sort(list_distinct(flatten(list(aliases)))) AS aliases,
       list_sort(list_distinct(flatten(list(mechanisms)))) AS mechanisms, min(Metadata_SMILES) AS smiles
FROM lake.compound GROUP BY 1
"""


def _lake_entries(catalog: Catalog) -> Iterable[tuple[str, str, str, str, tuple[str, ...]]]:
    for row in catalog.lake.rows(_GENES):
        yield "gene", row["symbol"], row["symbol"], row["title"] or "", (row["symbol"], *(row["aliases"] or ()))
    for row in catalog.lake.rows(_COMPOUNDS):
        name = row["name"] or row["key"]
        names = (name, row["key"], row["smiles"] or "", *(row["aliases"] or ()))
        yield "compound", row["key"], name, ", ".join(row["mechanisms"] or ()), names
    for row in catalog.lake.rows("SELECT DISTINCT dataset, title, modality FROM lake.dataset"):
        yield "dataset", row["dataset"], row["title"], row["modality"], (row["dataset"], row["title"])


def _ledger_entries(catalog: Catalog) -> Iterable[tuple[str, str, str, str, tuple[str, ...]]]:
    for kind, letter, column in (("hypothesis", "H", "statement"), ("experiment", "E", "title")):
        for row in catalog.lake.rows(f"SELECT number, {column} AS text, state FROM ledger.{kind}"):
            number, text = row["number"], row["text"]
            handle = f"{letter}-{number}"
            yield kind, handle, f"{handle} {text}", row["state"], (handle, f"{letter}{number}", text)
    for row in catalog.lake.rows("SELECT name, task, state FROM ledger.model_version"):
        yield "model", row["name"], row["name"], row["state"], (row["name"],)


_PAGES = {
    "gene": "/entity?kind=gene&id=", "compound": "/entity?kind=compound&id=", "dataset": "/data?dataset=",
    "hypothesis": "/hypothesis?id=", "experiment": "/experiment?id=", "model": "/rounds?version=",
    "molecule": "/molecules?smiles=",
}  # fmt: skip


def _hit(score: float, entry: tuple[str, str, str, str]) -> Hit:
    kind, key, label, detail = entry
    return Hit(kind, key, label, detail, round(score, 1), _PAGES[kind] + quote(key, safe=""))


def _looks_like_smiles(text: str) -> bool:
    return " " not in text and len(text) > 3 and any(c in text for c in "=#()[]@123")


def _molecule_hits(catalog: Catalog, text: str) -> list[Hit]:
    from workbench.kernels.molecules import parse_smiles

    try:
        molecule = parse_smiles(text)
    except InputError:
        return []
    hits = [_hit(100.0, ("molecule", molecule.smiles, molecule.smiles, f"{molecule.formula}, conformers in 3D"))]
    known = search_index(_lake_index(catalog), molecule.inchikey, 1)
    return hits + [_hit(score, entry) for score, entry in known if score == 100.0 and entry[0] == "compound"]
