"""Labs that answer at once: the replay lab reveals held-back real wells, the simulated lab measures its cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.hypotheses.wells import parse_well
from workbench.kernels import simulated_cell as sim
from workbench.nouns import Experiment
from workbench.nouns.experiment import PLATE_SHAPES

DRIFT = 0.1  # log2 from the first column to the last, times a draw of Student's t
MOST_DRIFT = 6.0
DRIFT_SEED = 97


def replay_results(
    experiment: Experiment,
    values: np.ndarray,
    plates: np.ndarray,
    perturbations: np.ndarray,
    is_control: np.ndarray,
    revealable: set[str],
    readouts: tuple[str, ...],
) -> pd.DataFrame:
    """A result table of real wells: plate k of the experiment takes the replicates of source plate k.

    values [n_wells, n_readouts], the others [n_wells]; control wells are the real controls of the same source plate, and
    positive controls real wells of a perturbation that was known before.
    Raises InputError for a perturbation that is not held back.
    """
    sources = sorted(set(plates))
    most = max((plate.replicate for plate in experiment.plates), default=1)
    if most > len(sources):  # the same real well shown twice would count as two replicates
        raise InputError(
            f"the replay lab has {len(sources)} real replicates of each well; {experiment.handle} asks for {most}.",
            hint="Lay the batch out with fewer replicates.",
        )
    rng = np.random.default_rng(experiment.seed)
    rows = []
    for plate in experiment.plates:
        source = sources[plate.replicate - 1]
        here = np.flatnonzero(plates == source)
        controls = list(rng.permutation(here[is_control[here]]))
        positive: dict[str, list[int]] = {}
        for well in plate.wells:
            if well.role == "empty":
                continue
            if well.role == "negative control":
                if not controls:
                    raise InputError(
                        f"plate {plate.plate_barcode} asks for more controls than the {source} plate of the source has.",
                        hint="Let the outer ring stay empty, or choose fewer negative controls.",
                    )
                rows.append((plate.plate_barcode, well.well, int(controls.pop())))
                continue
            if well.role == "positive control":
                if well.perturbation_id not in positive:
                    positive[well.perturbation_id] = list(here[perturbations[here] == well.perturbation_id])
                if not positive[well.perturbation_id]:
                    raise InputError(
                        f"plate {plate.plate_barcode} asks for more wells of the positive control "
                        f"{well.perturbation_name} than the {source} plate of the source has.",
                        hint="Choose fewer positive controls for the replay lab.",
                    )
                rows.append((plate.plate_barcode, well.well, int(positive[well.perturbation_id].pop())))
                continue
            if well.perturbation_id not in revealable:
                raise InputError(
                    f"{well.perturbation_name} is not held back, so the replay lab has nothing to reveal.",
                    where=f"{plate.plate_barcode} {well.well}", hint="Choose perturbations with the role replay.",
                )  # fmt: skip
            found = here[perturbations[here] == well.perturbation_id]
            if len(found):  # a replicate that failed in the real experiment stays missing here too
                rows.append((plate.plate_barcode, well.well, int(found[0])))
    table = pd.DataFrame({"plate_barcode": [r[0] for r in rows], "well": [r[1] for r in rows]})
    picked = pd.DataFrame(values[[r[2] for r in rows]], columns=list(readouts))
    return pd.concat([table, picked], axis=1)


def simulate_results(
    experiment: Experiment, cell: sim.SimulatedCell, context: int, numbers: dict[str, int], readouts: tuple[str, ...]
) -> pd.DataFrame:
    """A result table measured on the simulated cell (SIMULATED), with plate, edge, row and well effects of its own.

    A plate also drifts along its columns, as when a dispenser runs dry: little on most plates, much on a few (Student's t,
    2 degrees of freedom), in readouts that are the same on all plates. numbers maps a perturbation id to the index of its
    gene, -1 for the control.
    """
    frames = []
    drifting = np.random.default_rng(DRIFT_SEED).normal(0.0, 1.0, len(readouts))
    for number, plate in enumerate(experiment.plates, start=1):
        wells = [well for well in plate.wells if well.role != "empty"]
        unknown = [well.perturbation_name for well in wells if well.perturbation_id not in numbers]
        if unknown:
            raise InputError(f"the simulated cell has no {unknown[0]}.", where=plate.plate_barcode)
        places = np.array([parse_well(well.well) for well in wells])
        genes = np.array([numbers[well.perturbation_id] for well in wells])
        rng = np.random.default_rng([experiment.seed, experiment.number, number])
        values = sim.measure(cell, context, genes, places[:, 0], places[:, 1], PLATE_SHAPES[plate.n_wells], rng)
        along = places[:, 1] / (PLATE_SHAPES[plate.n_wells][1] - 1) - 0.5
        values = values + np.outer(DRIFT * np.clip(rng.standard_t(2), -MOST_DRIFT, MOST_DRIFT) * along, drifting)
        head = pd.DataFrame({"plate_barcode": plate.plate_barcode, "well": [well.well for well in wells]})
        frames.append(pd.concat([head, pd.DataFrame(values, columns=list(readouts))], axis=1))
    return pd.concat(frames, ignore_index=True)
