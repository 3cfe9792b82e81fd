"""Conformers of one molecule: embed, relax, score and prune, write. The same request twice is one ensemble."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.catalog import molecules as catalog_molecules
from workbench.conformers import generate
from workbench.conformers.score import Relaxed
from workbench.errors import InputError
from workbench.jobs.engine.kinds import Run, job
from workbench.kernels.molecules import parse_smiles

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Molecule

TIME_LIMIT_S = 120.0  # for the embedding of one request; a hard macrocycle then gives fewer conformers, and says so


def estimate(smiles: str, name: str = "", n: int = 50, seed: int = 0, engine: str = "etkdg") -> float:
    """Seconds from atoms and rotors; what cannot be read fails at once, so it is short."""
    try:
        return generate.estimate_seconds(*generate.size(parse_smiles(smiles)), n)
    except InputError:
        return 0.0


@job("conformers", title="Generate conformers", queue="heavy", estimate_s=estimate)
def conformers(run: Run, smiles: str, name: str = "", n: int = 50, seed: int = 0, engine: str = "etkdg") -> str:
    """Gives the ensemble's id, the hash of molecule, engine, n and seed."""
    molecule = parse_smiles(smiles, name=name)
    generate.check_request(molecule, n)
    ensemble_id = generate.ensemble_id(molecule, engine, n, seed)
    if catalog_molecules.has_ensemble(run.catalog, ensemble_id):
        return ensemble_id
    folder = run.catalog.settings.cache / "conformers" / ensemble_id
    chunks = range(0, n, generate.CHUNK)
    found, used_s = 0, 0.0
    for chunk, start in enumerate(chunks):
        run.progress(0.9 * start / n, f"Conformer {start + 1} of {n}: embed and relax")
        left_s = TIME_LIMIT_S - used_s
        if left_s <= 0:
            break
        size = min(generate.CHUNK, n - start)
        facts = run.step(f"embed {chunk}", _embed, molecule, engine, size, seed, chunk, left_s, str(folder))
        found, used_s = found + facts["n"], used_s + facts["seconds"]
        if not found and chunk == 1:
            break  # twenty attempts without one: more of the same will not help
    run.progress(0.92, f"{found} conformers: stereo, RMSD, duplicates")
    request = {"engine": engine, "n": n, "seed": seed}
    return run.step("write", _write, run.catalog, molecule, request, str(folder), run.person)


def _embed(
    molecule: Molecule, engine: str, n: int, seed: int, chunk: int, timeout_s: float, folder: str
) -> dict[str, float]:
    """One chunk, kept as a file in the cache; gives how many and how long the embedding took."""
    from time import monotonic

    started = monotonic()
    embedding = generate.embed(molecule, engine, n, seed, chunk, timeout_s)
    seconds = monotonic() - started
    energy_model, relaxed = generate.relax(molecule, embedding.positions)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    facts = {"energy_model": energy_model, "failures": embedding.failures, "notes": list(embedding.notes), "n": n}
    np.savez(
        place / f"{chunk:04d}.npz", positions=relaxed.positions, energies=relaxed.energies,
        converged=relaxed.converged, facts=np.array(json.dumps(facts)),
    )  # fmt: skip
    return {"n": len(relaxed.positions), "seconds": seconds}


def _write(catalog: Catalog, molecule: Molecule, request: dict[str, Any], folder: str, person: str) -> str:
    """Gather the chunks, finish the ensemble and put it into the lake."""
    place = Path(folder)
    parts, facts = [], []
    for path in sorted(place.glob("*.npz")):
        with np.load(path) as chunk:
            parts.append((chunk["positions"], chunk["energies"], chunk["converged"]))
            facts.append(json.loads(str(chunk["facts"])))
    relaxed = Relaxed(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    report = _gathered(facts, request["n"])
    ensemble = generate.assemble(molecule, relaxed, facts[0]["energy_model"] if facts else "", report, **request)
    catalog_molecules.write_ensemble(catalog, ensemble, person)
    for path in place.glob("*.npz"):
        path.unlink()
    place.rmdir()
    return ensemble.ensemble_id


def _gathered(facts: list[dict[str, Any]], n: int) -> dict[str, Any]:
    """What the chunks said, together: requested, tried, failures by cause, notes."""
    failures: dict[str, int] = {}
    for part in facts:
        for reason, count in part["failures"].items():
            failures[reason] = failures.get(reason, 0) + count
    tried = sum(part["n"] for part in facts)
    notes = list(dict.fromkeys(note for part in facts for note in part["notes"]))
    if tried < n:
        notes.append(f"stopped after {tried} of {n} attempts: the limit of {TIME_LIMIT_S:g} s was reached")
    return {"n_requested": n, "n_tried": tried, "failures": failures, "embedding_notes": notes}
