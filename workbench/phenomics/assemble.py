"""From wells to a map's rows: align, aggregate, evidence, gate. Pure: profiles and a recipe in, a Draft out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.errors import DataQualityError
from workbench.kernels.permutation import benjamini_hochberg, p_upper
from workbench.nouns import Profiles
from workbench.phenomics.activity import Evidence, activity, replicate_evidence
from workbench.phenomics.aggregate import aggregate
from workbench.phenomics.align import align
from workbench.phenomics.confounding import confounders
from workbench.phenomics.quality import gate, number_agreement, position_effect, retrieval, screen_gate
from workbench.phenomics.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Draft:
    """A map before its layout. entities [n], vectors [n, d], evidence arrays [n] (n_replicates, agreement, p, q, …),
    columns: means of the wells' numbers, e.g. cell_count [n]; quality: the gate's JSON with what each step did."""

    entities: np.ndarray
    vectors: np.ndarray
    evidence: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]
    quality: dict[str, Any] = field(default_factory=dict)


def select_wells(profiles: Profiles, recipe: Recipe) -> Profiles:
    """The wells a recipe keeps: treated ones and negative controls; wells of other controls are left out.

    Raises DataQualityError when none is left.
    """
    perturbation = np.asarray(profiles.wells["perturbation_id"]).astype(str)
    chosen = profiles.is_control | ~np.char.startswith(perturbation, "control:")
    for column, wanted in recipe.keep.items():
        chosen &= np.isin(np.asarray(profiles.wells[column]).astype(str), [str(value) for value in wanted])
    for column, unwanted in recipe.leave_out.items():
        chosen &= ~np.isin(np.asarray(profiles.wells[column]).astype(str), [str(value) for value in unwanted])
    if not chosen.any():
        raise DataQualityError(f"the recipe {recipe.name!r} keeps none of {profiles.n_wells:,} wells.")
    if chosen.all():
        return profiles
    wells = {name: np.asarray(column)[chosen] for name, column in profiles.wells.items()}
    return Profiles(profiles.dataset, profiles.values[chosen], profiles.features, wells)


def assemble(profiles: Profiles, recipe: Recipe) -> Draft:
    """Wells to entities with replicate evidence and the gate's verdict, as the recipe says."""
    profiles = select_wells(profiles, recipe)
    aligned, records = align(profiles, list(recipe.steps))
    entities, vectors = aggregate(aligned, method=recipe.aggregate, guides=recipe.guides)
    if recipe.evidence == "null group":
        evidence, quality = _against_null_group(aligned, entities, vectors, recipe)
    else:
        evidence, quality = _against_replicates(aligned, entities, recipe)
    warnings = [f"{record['step']}: {text}" for record in records for text in record["warnings"]]
    columns = _well_numbers(aligned, entities)
    quality["confounders"], said = confounders(
        vectors, columns.get("cell_count"), _arms(aligned, entities), seed=recipe.seed
    )
    warnings += said
    quality |= {
        "steps": records, "warnings": warnings, "n_wells": aligned.n_wells, "n_controls": int(aligned.is_control.sum()),
        "n_dimensions": int(vectors.shape[1]), "n_plates": len(np.unique(aligned.wells["Metadata_Plate"])),
    }  # fmt: skip
    if not quality["accepted"]:
        quality["usable"] = _usable(profiles, recipe)
    return Draft(entities, vectors, evidence, columns, quality)


def _well_numbers(aligned: Profiles, entities: np.ndarray) -> dict[str, np.ndarray]:
    """Mean of each numeric well column over the treated wells of an entity: [n_entities]; NaN where none is known."""
    treated = np.flatnonzero(~aligned.is_control)
    place = np.searchsorted(entities, np.asarray(aligned.wells["perturbation_id"]).astype(str)[treated])
    columns = {}
    for name, column in aligned.wells.items():
        column = np.asarray(column)
        if column.dtype.kind != "f":
            continue
        known = np.isfinite(column[treated])
        total = np.bincount(place[known], column[treated][known], minlength=len(entities))
        count = np.bincount(place[known], minlength=len(entities))
        if count.any():
            columns[name] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return columns


def _arms(aligned: Profiles, entities: np.ndarray) -> np.ndarray | None:
    """Chromosome arm of each entity's gene [n_entities] where the wells carry one, else None."""
    if "chromosome_arm" not in aligned.wells:
        return None
    treated = np.flatnonzero(~aligned.is_control)
    names, first = np.unique(np.asarray(aligned.wells["perturbation_id"]).astype(str)[treated], return_index=True)
    return np.asarray(aligned.wells["chromosome_arm"]).astype(str)[treated][first[np.searchsorted(names, entities)]]


def _against_replicates(
    aligned: Profiles, entities: np.ndarray, recipe: Recipe
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    is_control = aligned.is_control
    plate = np.asarray(aligned.wells["Metadata_Plate"]).astype(str)
    perturbation = np.asarray(aligned.wells["perturbation_id"]).astype(str)
    context = np.asarray(aligned.wells["context_id"]).astype(str)
    several = len(np.unique(context)) > 1
    group = np.char.add(np.char.add(perturbation, " in "), context) if several else perturbation
    treated = ~is_control
    found = replicate_evidence(aligned.values[treated], group[treated], plate[treated], seed=recipe.seed)
    quality = gate(found, seed=recipe.seed)
    quality["nearest_replicate"] = retrieval(aligned.values[treated], group[treated], plate[treated])
    well = np.asarray(aligned.wells["Metadata_Well"]).astype(str)
    quality["same_position_controls"] = position_effect(aligned.values[is_control], well[is_control], plate[is_control])
    evidence = _by_entity(found, perturbation[treated], group[treated], entities)
    if recipe.evidence == "controls":
        names, score, p, q = activity(aligned.values, perturbation, plate, is_control, seed=recipe.seed)
        place = np.searchsorted(names, entities)
        evidence |= {"activity": score[place], "p": p[place], "q": q[place]}
        known = np.isfinite(q)
        quality["active"] = {"value": float(np.mean(q[known] < 0.05)), "n": int(known.sum()), "null": 0.05,
                             "mean_average_precision": float(np.nanmean(score))}  # fmt: skip
    return evidence, quality


def _by_entity(
    found: Evidence, perturbation: np.ndarray, group: np.ndarray, entities: np.ndarray
) -> dict[str, np.ndarray]:
    """Evidence of groups (entity in a context) to entities: counts add up, agreement is averaged, p Bonferroni."""
    first = dict(zip(group, perturbation, strict=True))
    owner = np.searchsorted(entities, [first[name] for name in found.entities])
    n_groups = np.bincount(owner, minlength=len(entities))
    n_replicates = np.bincount(owner, found.n_replicates, minlength=len(entities)).astype(int)
    agreement, p = np.full(len(entities), np.nan), np.full(len(entities), np.nan)
    for i in range(len(entities)):
        mine = np.flatnonzero((owner == i) & np.isfinite(found.agreement))
        if len(mine):
            agreement[i] = found.agreement[mine].mean()
            p[i] = min(1.0, found.p[mine].min() * n_groups[i])  # Bonferroni over the entity's contexts
    return {"n_replicates": n_replicates, "agreement": agreement, "p": p, "q": benjamini_hochberg(p)}


def _against_null_group(
    aligned: Profiles, entities: np.ndarray, vectors: np.ndarray, recipe: Recipe
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Screens without replicate wells: the size of each entity's vector against that of the screen's null group."""
    null = np.linalg.norm(aligned.values[aligned.is_control], axis=1)
    if len(null) < 50:
        raise DataQualityError(f"the null group of {recipe.dataset} has {len(null)} members; at least 50 are needed.")
    score = np.linalg.norm(vectors, axis=1)
    p = p_upper(score, null)
    quality = screen_gate(score, null, what=recipe.null_name or "members of the null group", seed=recipe.seed)
    n_replicates = np.array([int((aligned.wells["perturbation_id"] == name).sum()) for name in entities])
    evidence = {"n_replicates": n_replicates, "agreement": np.full(len(entities), np.nan), "p": p,
                "q": benjamini_hochberg(p), "signal": score}  # fmt: skip
    return evidence, quality


def _usable(profiles: Profiles, recipe: Recipe) -> list[dict[str, Any]]:
    """Numbers of the refused data set that do repeat, by kind of perturbation."""
    treated = ~profiles.is_control
    plate = np.asarray(profiles.wells["Metadata_Plate"]).astype(str)
    group = np.char.add(
        np.asarray(profiles.wells["perturbation_id"]).astype(str), np.asarray(profiles.wells["context_id"]).astype(str)
    )
    kind = np.array([name.split(":")[0] for name in np.asarray(profiles.wells["perturbation_id"]).astype(str)])
    found = []
    for column in recipe.usable:
        if column not in profiles.wells:
            continue
        number = np.asarray(profiles.wells[column], dtype=float)
        for name in np.unique(kind[treated]):
            mine = treated & (kind == name)
            found.append({"what": column.replace("_", " "), "of": str(name),
                          **number_agreement(number[mine], group[mine], plate[mine])})  # fmt: skip
    return found
