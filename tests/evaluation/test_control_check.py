"""The control check: flags shared noise that was planted and the real L1000 plates, is silent without any."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.evaluation.control_check import check_controls
from workbench.evaluation.split import folds_by_group

WELLS = Path(__file__).parents[2] / "data_catalog" / "bundled" / "l1000_orf_u2os" / "wells.parquet"
RNG = np.random.default_rng(0)


def test_planted_noise_of_a_control_is_measured_and_its_absence_too():
    wells, genes = RNG.normal(size=(60, 200)), np.arange(60).astype(str)
    folds = folds_by_group(genes, 5, 0)
    one, other = RNG.normal(0, 0.5, (2, 200))
    found = check_controls(wells - one, wells - other, folds)
    assert found.same == pytest.approx(np.sqrt(0.25 / 1.25), abs=0.08)
    assert abs(found.disjoint) < 0.05
    assert found.is_flagged
    assert found.n == 60
    assert not check_controls(wells, wells, folds).is_flagged


def test_the_l1000_plates_are_flagged():
    frame = pd.read_parquet(WELLS)
    readouts = [column for column in frame if not column.startswith("Metadata_")]
    values = np.clip(frame[readouts].to_numpy(float), -10, 10)
    kind, plate = frame["Metadata_pert_type"].to_numpy(str), frame["Metadata_Plate"].to_numpy(str)
    halves = []
    for half in (0, 1):
        delta = np.zeros_like(values)
        for name in np.unique(plate):
            controls = np.flatnonzero((plate == name) & (kind == "ctl_vector"))[half::2]
            delta[plate == name] = values[plate == name] - values[controls].mean(axis=0)
        treated = frame.assign(i=np.arange(len(frame)))[kind == "trt_oe"].groupby("Metadata_broad_sample")
        halves.append(np.array([delta[rows["i"]].mean(axis=0) for _, rows in treated]))
    genes = np.array([rows["Metadata_gene"].iloc[0] for _, rows in treated])
    found = check_controls(*halves, folds_by_group(genes, 10, 0))
    assert found.same == pytest.approx(0.278, abs=0.03)  # the source's notes: 0.278 and 0.070
    assert found.inflation > 0.15
    assert found.is_flagged
