"""What a person says about a file where it cannot be understood alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from workbench.errors import InputError

KINDS = ("compound", "knock-out", "knock-down", "over-expression", "activation")


@dataclass(frozen=True)
class Wishes:
    """Columns by name, the label of the negative controls, the kind of perturbation, the matrix of an AnnData file."""

    plate_column: str = ""
    well_column: str = ""
    batch_column: str = ""
    perturbation_column: str = ""
    perturbation_kind: str = ""
    control_label: str = ""
    dose_column: str = ""
    cell_column: str = ""
    time_column: str = ""
    values: str = ""

    def __post_init__(self) -> None:
        if self.perturbation_kind and self.perturbation_kind not in KINDS:
            raise InputError(
                f"{self.perturbation_kind!r} is no kind of perturbation.", hint=f"It is one of {', '.join(KINDS)}."
            )

    @classmethod
    def of(cls, said: dict[str, str]) -> Wishes:
        """Wishes from a dictionary. Raises InputError for a key that is none."""
        known = {item.name for item in fields(cls)}
        wrong = sorted(set(said) - known)
        if wrong:
            raise InputError(f"{wrong[0]!r} cannot be said about a file.", hint=f"Known: {', '.join(sorted(known))}.")
        return cls(**said)

    def to_json(self) -> dict[str, str]:
        """What was said, without what was not."""
        return {name: value for name, value in asdict(self).items() if value}
