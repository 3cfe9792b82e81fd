"""Maps of four real screens before and after alignment, the gate's verdict on a fifth, and what was tried on each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import figure
from benchmarks.house.homes import empty_home
from benchmarks.phenomics.relations import BUNDLED, SOURCES, known_pairs
from workbench.nouns import Profiles
from workbench.phenomics.aggregate import aggregate
from workbench.phenomics.align import align
from workbench.phenomics.assemble import assemble, select_wells
from workbench.phenomics.recipe import Recipe, recipes_of

Figures = dict[str, dict[str, Any]]

SETS = ("bbbc021", "nelisa_jump_target", "l1000_orf_u2os")
BATCH = {"bbbc021": "Metadata_Batch", "nelisa_jump_target": "Metadata_Plate", "l1000_orf_u2os": "Metadata_Plate"}
BATCH_WORD = {"Metadata_Batch": "week", "Metadata_Plate": "plate"}
KEY = {"bbbc021": "bbbc021", "nelisa_jump_target": "nelisa", "l1000_orf_u2os": "l1000_orf"}
RECALL_DRAWS = 200


def run(*, quick: bool) -> Figures:
    """`nelisa_*`, `cpjump1_gate`, and `SET_MEASURE_RECIPE` of bbbc021, nelisa, l1000_orf and periscope."""
    profiles = wells_of_all()
    facts = profiles["facts"]
    figures = nelisa_figures(
        profiles["nelisa_jump_target"], facts["nelisa_jump_target"], n_null=2000 if quick else 10_000
    )
    figures |= gate_figures(profiles["cpjump1"])
    for name in SETS:
        figures |= screen_figures(name, profiles[name], n_null=1000 if quick else 10_000)
    figures |= bbbc021_mechanisms(profiles["bbbc021"], facts["bbbc021"])
    return figures | periscope_figures(profiles["periscope"], quick=quick)


def wells_of_all() -> dict[str, Any]:
    """The wells of every data set used here, from the bundled files through the catalog; `facts` of their perturbations."""
    from workbench.catalog.datasets import import_dataset
    from workbench.catalog.maps import perturbation_facts, read_wells
    from workbench.catalog.store import Catalog
    from workbench.settings import Settings

    with empty_home() as home:
        catalog = Catalog.open(Settings(home=home, mirror=None))
        found: dict[str, Any] = {}
        for name in (*SETS, "cpjump1", "periscope"):
            import_dataset(catalog, name)
            found[name] = read_wells(catalog, name)
        found["facts"] = {name: perturbation_facts(catalog, name) for name in SETS}
        catalog.close()
    return found


def tried(name: str) -> dict[str, Recipe]:
    """Recipes that are reported for a screen, all of them: none, the screen's own, and what else was tried."""
    own = recipes_of(name)[0]
    plate, batch = {"step": "standardise", "by": "Metadata_Plate"}, BATCH.get(name, "Metadata_Plate")
    clip = {"step": "clip", "at": 5.0 if name == "bbbc021" else 10.0 if name == "l1000_orf_u2os" else 20.0}
    steps: dict[str, tuple[dict[str, Any], ...]] = {
        "raw": (), "aligned": own.steps, "plate_z": (plate,), "plate_z_clip": (plate, clip),
        "all_wells_z_clip": ({"step": "zscore", "by": "Metadata_Plate"}, clip),
        "sphered": (plate, clip, {"step": "sphere", "ridge": 1.0}),
        "tvn": (plate, clip, {"step": "tvn", "by": batch}),
    }  # fmt: skip
    if name == "periscope":
        log = {"step": "log1p"}
        steps = {"raw": (), "aligned": own.steps, "log": (log,), "log_sphered": (*own.steps, {"step": "sphere"}),
                 "log_cell_count": (*own.steps, {"step": "cell_count"})}  # fmt: skip
    found = {
        key: replace(own, steps=value, aggregate=own.aggregate if key == "aligned" else "mean")
        for key, value in steps.items()
    }
    return {key: recipe for key, recipe in found.items() if key == "aligned" or recipe != found["aligned"]}


def nelisa_figures(profiles: Profiles, facts: dict[str, dict[str, Any]], *, n_null: int) -> Figures:
    """Active share and nearest replicate of the nELISA plates by their own recipe, and what the well position explains."""
    from workbench.phenomics.quality import position_effect

    recipe = recipes_of("nelisa_jump_target")[0]
    aligned = aligned_by(profiles, recipe)
    figures = {"nelisa_active_share": active_share(aligned, recipe.label, n_null=n_null)}
    figures["nelisa_nn_same_compound"] = nearest_share(aligned, recipe.label)
    control = aligned.is_control
    found = position_effect(
        aligned.values[control], aligned.wells["Metadata_Well"][control], aligned.wells["Metadata_Plate"][control]
    )
    how = f"{recipe.label}: DMSO wells of one position on different plates; every replicate of a compound shares one"
    if found is not None:
        figures["nelisa_same_position_cosine"] = figure(
            found["value"], "cosine", how, low=found["low"], high=found["high"], n=found["n"]
        )
    return figures | {"nelisa_target_consistency": target_consistency(aligned, facts, n_null=n_null)}


def target_consistency(aligned: Profiles, facts: dict[str, dict[str, Any]], *, n_null: int) -> dict[str, Any]:
    """Mean average precision of finding active compounds with the same annotated target, over targets."""
    from workbench.kernels.bootstrap import bootstrap_mean
    from workbench.phenomics.activity import activity
    from workbench.phenomics.precision import expected_precision, mean_precision, rank_annotated

    names, _, _, q = activity(aligned.values, aligned.wells["perturbation_id"], aligned.wells["Metadata_Plate"],
                              aligned.is_control, n_null=n_null)  # fmt: skip
    entities, vectors = aggregate(aligned)
    active = q[np.searchsorted(names, entities)] < 0.05
    entities, vectors = entities[active], vectors[active]
    table = pd.read_parquet(
        BUNDLED / "nelisa_jump_target" / "wells.parquet"
    )  # the first of a list is not the primary one
    primary = table.groupby("Metadata_InChIKey")["Metadata_gene"].first().dropna()
    target = np.array([primary.get(facts[name]["compound"], "") for name in entities])
    ranking = rank_annotated(vectors, [{name} - {""} for name in target.tolist()])
    found = mean_precision(ranking, target, n_null=n_null)
    value, low, high = bootstrap_mean(found.value)
    known = np.isfinite(ranking.precision)
    chance = expected_precision(ranking.n_positive, ranking.n_positive + ranking.n_negative)[known].mean()
    how = (
        f"{int(active.sum())} active compounds, primary target; mAP over {len(found.groups)} targets with two or more, "
        f"{int(np.sum(found.q < 0.05))} at q < 0.05; chance {chance:.3f}; interval over targets"
    )
    return figure(value, "mAP", how, low=low, high=high, n=len(found.groups))


def gate_figures(profiles: Profiles) -> Figures:
    """The gate's verdict on the nuclear-phenotype scores of CPJUMP1, whose replicates do not agree."""
    quality = assemble(profiles, recipes_of("cpjump1")[0]).quality
    verdict = "replicable signal" if quality["accepted"] else "no replicable signal"
    share = figure(
        quality["value"], "share", quality["measure"], low=quality["low"], high=quality["high"], n=quality["n"]
    )
    return {
        "cpjump1_gate": figure(verdict, "verdict", quality["reason"], n=quality["n"]),
        "cpjump1_replicate_share": share,
    }


def screen_figures(name: str, profiles: Profiles, *, n_null: int) -> Figures:
    """Every measure of a screen before and after its own alignment, and nearest replicates for all that was tried."""
    figures: Figures = {}
    for key, recipe in tried(name).items():
        aligned = aligned_by(profiles, recipe)
        label = recipe.label.rpartition(", ")[0] or "as imported"  # wells are not aggregated here
        found = {"nn_replicate": nearest_share(aligned, label)}
        if key in ("raw", "aligned"):
            found |= {
                "active": active_share(aligned, label, n_null=n_null),
                **replicate_shares(aligned, label, n_null=n_null),
                **mixing_of_controls(aligned, label, BATCH[name]),
            }
        figures |= {f"{KEY[name]}_{measure}_{key}": row for measure, row in found.items()}
    return figures


def aligned_by(profiles: Profiles, recipe: Recipe) -> Profiles:
    """Treated wells and negative controls after the recipe's steps."""
    return align(select_wells(profiles, recipe), list(recipe.steps))[0]


def active_share(aligned: Profiles, label: str, *, n_null: int) -> dict[str, Any]:
    """Share of perturbations with q < 0.05: replicates on other plates among controls of the same plate, by mAP."""
    from workbench.phenomics.precision import mean_precision, rank_replicates

    plate, entity = aligned.wells["Metadata_Plate"], aligned.wells["perturbation_id"]
    ranking = rank_replicates(
        aligned.values, entity, aligned.is_control, positive_apart=plate, negative_within=plate
    )  # fmt: skip
    found = mean_precision(ranking, entity, n_null=n_null)
    share = found.share()
    how = f"{label}: q < 0.05 by mAP {np.nanmean(found.value):.3f}, {n_null:,} random rankings; interval over perturbations"
    return figure(share["value"], "share", how, low=share["low"], high=share["high"], n=share["n"])


def nearest_share(aligned: Profiles, label: str) -> dict[str, Any]:
    """Share of treated wells whose nearest treated well on another plate has the same perturbation."""
    from workbench.kernels.bootstrap import bootstrap_groups
    from workbench.phenomics.activity import nearest_replicate

    treated = ~aligned.is_control
    entity, plate = aligned.wells["perturbation_id"][treated], aligned.wells["Metadata_Plate"][treated]
    hit = nearest_replicate(aligned.values[treated], entity, plate).astype(float)
    elsewhere = pd.Series(plate).groupby(entity).transform("nunique").to_numpy() > 1
    value, low, high = bootstrap_groups(hit, entity[elsewhere])
    n = len(np.unique(entity))
    how = f"{label}: nearest well on another plate is a replicate; chance {1 / n:.4f}; interval over {n} perturbations"
    return figure(value, "share", how, low=low, high=high, n=len(hit))


def replicate_shares(aligned: Profiles, label: str, *, n_null: int) -> Figures:
    """Shares of perturbations that are consistent and that lie away from the controls, p < 0.05 (chance 0.05)."""
    from workbench.phenomics.consistency import perturbation_consistency
    from workbench.phenomics.magnitude import shift_norm

    entity, control = aligned.wells["perturbation_id"], aligned.is_control
    consistent = perturbation_consistency(aligned.values[~control], entity[~control], n_null=n_null).share()
    moved = shift_norm(aligned.values, entity, control, n_null=n_null).share()
    words = {
        "consistent": (consistent, "mean pairwise cosine above random sets of wells"),
        "moved": (moved, "mean away from the controls' mean, against sets of controls"),
    }
    return {
        name: figure(share["value"], "share", f"{label}: {text}, p < 0.05; chance 0.05", low=share["low"],
                     high=share["high"], n=share["n"])
        for name, (share, text) in words.items()
    }  # fmt: skip


def mixing_of_controls(aligned: Profiles, label: str, by: str) -> Figures:
    """How far control wells of different batches mix: nearest-neighbour share and LISI, beside shuffled batches."""
    from workbench.phenomics.batch_mixing import batch_mixing

    control = aligned.is_control
    found = batch_mixing(aligned.values[control], aligned.wells[by][control])
    where = f"{label}: {found.n} control wells of {found.n_batches} {BATCH_WORD[by]}s"
    same = f"{where}, nearest other one of the same {BATCH_WORD[by]}; mixed {found.null:.3f}, p {found.p:.3g}"
    local = f"{where}, effective number of {BATCH_WORD[by]}s among neighbours; mixed {found.lisi_null:.2f}"
    return {
        "controls_same_batch": figure(found.same_batch, "share", same, low=found.low, high=found.high, n=found.n),
        "controls_lisi": figure(found.lisi, BATCH_WORD[by] + "s", local, low=found.lisi_low, high=found.lisi_high,
                                n=found.n),
    }  # fmt: skip


def bbbc021_mechanisms(profiles: Profiles, facts: dict[str, dict[str, Any]]) -> Figures:
    """Nearest-neighbour mechanism of bbbc021 for all recipes that were tried: not the same compound."""
    from workbench.phenomics.mechanism import mechanism_score

    figures: Figures = {}
    for key, recipe in tried("bbbc021").items():
        entities, vectors = aggregate(aligned_by(profiles, recipe), method=recipe.aggregate)
        mechanism, compound = (np.array([facts[name][what] for name in entities]) for what in ("mechanism", "compound"))
        found = mechanism_score(vectors, mechanism, compound)
        how = f"{recipe.label}: {int(found.right.sum())} of {found.n} treatments; shuffled mechanisms {found.null:.3f}"
        figures[f"bbbc021_nsc_{key}"] = figure(found.value, "share", how, low=found.low, high=found.high, n=found.n)
    return figures


def periscope_figures(profiles: Profiles, *, quick: bool) -> Figures:
    """Known-relationship recall of PERISCOPE's five channel counts (HeLa, DMEM), and what the cell count explains."""
    from workbench.phenomics.confounding import cell_count_confounding
    from workbench.phenomics.recall import relationship_recall

    figures: Figures = {}
    for key, recipe in tried("periscope").items():
        kept = select_wells(profiles, recipe)
        if key == "log_cell_count":
            kept = _with_counts(kept)
        aligned = align(kept, list(recipe.steps))[0]
        entities, vectors = aggregate(aligned, method=recipe.aggregate)
        gene = np.char.partition(entities.astype(str), ":")[:, 2]
        sources = {short: known_pairs(name) for short, name in SOURCES.items()}
        for found in relationship_recall(vectors, gene, sources, n_draws=50 if quick else RECALL_DRAWS):
            how = (
                f"{recipe.label}: both 5 % tails of {found.n_null:,} pairs of {found.n_entities:,} genes, "
                f"{vectors.shape[1]} channel counts; chance {found.chance:.2f}; interval over genes"
            )
            figures[f"periscope_{found.source}_{key}"] = figure(
                found.value, "share", how, low=found.low, high=found.high, n=found.n_query
            )
        cells = pd.Series(aligned.wells["cell_count"], index=aligned.wells["perturbation_id"])
        counts = cells.groupby(level=0).mean().reindex(entities).to_numpy()
        draws = [cell_count_confounding(vectors, counts, seed=seed) for seed in range(2 if quick else 5)]
        moved = sorted(draws, key=lambda found: found.ks)[len(draws) // 2]
        how = (
            f"{recipe.label}: cosines of {moved.n_sharing:,} pairs that both have few cells against "
            f"{moved.n_pairs - moved.n_sharing:,} others of {moved.n_entities:,} genes, the middle one and the range of "
            f"{len(draws)} draws of genes; shuffled {moved.null:.3f}, p {moved.p:.2g}; more alike in {moved.more_alike:.2f}"
        )
        figures[f"periscope_cell_count_ks_{key}"] = figure(
            moved.ks, "KS statistic", how, low=min(d.ks for d in draws), high=max(d.ks for d in draws), n=moved.n_pairs
        )
    return figures


def _with_counts(profiles: Profiles) -> Profiles:
    """Wells whose cell count is known: the correction refuses others."""
    known = np.isfinite(profiles.wells["cell_count"])
    wells = {name: column[known] for name, column in profiles.wells.items()}
    return Profiles(profiles.dataset, profiles.values[known], profiles.features, wells)
