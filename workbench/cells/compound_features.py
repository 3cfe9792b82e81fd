"""What a virtual cell knows of a compound: its structure, the genes it is annotated to hit, and the dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from workbench.cells.features import GeneKernels
from workbench.kernels.compound_kernels import fingerprint_similarity, target_similarity

DECADES = 0.5  # doses this many factors of ten apart share exp(-1/2) of their effect


@dataclass(eq=False)
class CompoundKernels:
    """Kernels over compounds, each damped by the distance of the doses on a log scale.

    A unit is an InChIKey, or one at a dose in µM (`KEY@0.3`). index: number of each key; structure, targets [n, n]:
    similarities with ones on the diagonal; knows [2, n]: whether a structure, a target is known; names [n].
    """

    index: dict[str, int]
    names: tuple[str, ...]
    structure: np.ndarray
    targets: np.ndarray
    knows: np.ndarray
    networks: tuple[str, ...] = ()
    signed: dict[str, object] = field(default_factory=dict)

    @classmethod
    def build(
        cls, keys: Sequence[str], names: Sequence[str], smiles: Sequence[str], targets: Sequence[Sequence[str]]
    ) -> CompoundKernels:
        """From one SMILES ("" for none) and the target genes of each compound [n]; two share a target or do not."""
        genes = sorted({gene for some in targets for gene in some})
        return cls(
            {key: i for i, key in enumerate(keys)}, tuple(names), fingerprint_similarity(smiles),
            target_similarity(targets, genes, np.eye(len(genes))),
            np.array([[bool(text) for text in smiles], [bool(len(some)) for some in targets]]),
        )  # fmt: skip

    def kernels(self, asked: Sequence[str], known: Sequence[str]) -> np.ndarray:
        """Similarity of asked to known units [3, n_asked, n_known]: structure, targets, the same compound."""
        rows, columns = self._numbers(asked), self._numbers(known)
        keys_asked, keys_known = (np.array([split_unit(unit)[0] for unit in units]) for units in (asked, known))
        same = (keys_asked[:, None] == keys_known[None, :]).astype(float)
        inside = (rows >= 0)[:, None] & (columns >= 0)[None, :]
        found = [np.where(inside, view[np.ix_(rows, columns)], same) for view in (self.structure, self.targets)]
        return np.stack([*found, same]) * dose_similarity(_log_doses(asked), _log_doses(known))

    def prior(self, asked: Sequence[str]) -> np.ndarray:
        """Kernel of each unit with itself [n_asked]: 1, since every compound is like itself."""
        return np.ones(len(asked))

    def missing(self, unit: str) -> list[str]:
        """What is not known of a compound: structures, targets."""
        number = self.index.get(split_unit(unit)[0])
        return [name for name, known in zip(("structures", "targets"), self.knows, strict=True)
                if number is None or not known[number]]  # fmt: skip

    def name(self, unit: str) -> str:
        """The compound's name, with its dose where the unit has one."""
        key, dose = split_unit(unit)
        name = self.names[self.index[key]] if key in self.index else key
        return name if dose is None else f"{name} {dose:g} µM"

    def _numbers(self, units: Sequence[str]) -> np.ndarray:
        return np.array([self.index.get(split_unit(unit)[0], -1) for unit in units], dtype=np.int64)


Features = GeneKernels | CompoundKernels


def split_unit(unit: str) -> tuple[str, float | None]:
    """Key and dose in µM of a unit: `KEY@0.3` is (KEY, 0.3)."""
    key, mark, dose = str(unit).rpartition("@")
    try:
        return (key, float(dose)) if mark else (str(unit), None)
    except ValueError:
        return str(unit), None


def dose_similarity(asked: np.ndarray, known: np.ndarray) -> np.ndarray:
    """exp(−½ (Δ log10 dose / DECADES)²) [n_asked, n_known]; 1 where a dose is not known (NaN)."""
    apart = np.nan_to_num(asked[:, None] - known[None, :])
    return np.exp(-0.5 * np.square(apart / DECADES))


def _log_doses(units: Sequence[str]) -> np.ndarray:
    doses = [split_unit(unit)[1] for unit in units]
    return np.array([np.log10(dose) if dose else np.nan for dose in doses])
