"""A batch: approved hypotheses on plates by a design, within what may be spent."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError
from workbench.hypotheses.layout import layout
from workbench.nouns import Hypothesis, Plate, Well
from workbench.nouns.experiment import Design


def plates_of(
    experiment_id: str, number: int, items: Sequence[Hypothesis], design: Design, control: str,
    names: dict[str, str], seed: int,
) -> tuple[Plate, ...]:  # fmt: skip
    """The plates of batch `number`, with barcodes WBnnnn-1 and on; hypotheses about one perturbation share its wells.

    control: id of the negative control; names: what controls are called, by id. Raises InputError as `layout` does.
    """
    unique: dict[str, Hypothesis] = {}
    for item in items:
        unique.setdefault(item.perturbation.perturbation_id, item)
    counts = wells_of(items, design)
    order = list(unique.values())
    if design.positive_control in unique:
        raise InputError(
            f"{unique[design.positive_control].perturbation.name} is asked about in this batch, so it cannot be its "
            "positive control.", hint="Choose a perturbation whose effect is known.",
        )  # fmt: skip
    ids = {"negative control": control, "positive control": design.positive_control}
    plates = []
    for k, plan in enumerate(layout(list(counts.values()), design, (seed, number)), start=1):
        barcode = f"WB{number:04d}-{k}"
        wells = []
        for spot in plan.spots:
            if spot.role == "treatment":
                item = order[spot.treatment]
                what = item.perturbation.perturbation_id, item.perturbation.name, item.hypothesis_id, spot.replicate
            else:
                what = ids[spot.role], names.get(ids[spot.role], ids[spot.role]), None, plan.replicate
            wells.append(Well(barcode, spot.well, spot.role, *what))
        plates.append(Plate(barcode, experiment_id, design.n_wells, tuple(wells), plan.replicate))
    return tuple(plates)


def wells_of(items: Sequence[Hypothesis], design: Design) -> dict[str, int]:
    """Treated wells that each perturbation takes in a batch; hypotheses about one perturbation share them."""
    counts: dict[str, int] = {}
    for item in items:
        key = item.perturbation.perturbation_id
        counts[key] = max(counts.get(key, 0), item.rule.n_replicates, design.replicates or 0)
    return counts


def check_cost(items: Sequence[Hypothesis], budget: float | None) -> float:
    """What the hypotheses cost together. Raises InputError when that is more than `budget`."""
    total = float(sum(item.cost or 0.0 for item in items))
    if budget is not None and total > budget:
        raise InputError(
            f"these {len(items)} hypotheses cost {total:g}; {budget:g} may be spent.",
            where=", ".join(item.handle for item in items[:6]), hint="Leave out the ones that teach least.",
        )  # fmt: skip
    return total
