"""What a campaign replays: screens × policies × seeds, read from TOML; its id is the hash of all that its results depend on."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.hypotheses.campaign import Policy

DEFAULT = (
    "greedy", "probability_of_hit", "upper_confidence_bound", "thompson", "determinantal", "expected_improvement",
    "disagreement", "discobax", "random",
)  # fmt: skip
DEFAULT_POLICIES = (*(Policy(name) for name in DEFAULT), Policy("greedy", feedback="permuted"))
MOST_SEEDS = 500


@dataclass(frozen=True)
class CampaignPlan:
    """screens: names in the catalog; n_genes 0 a round: as the protocol says; statics: every covariate as a static rank too.

    table, hit_list: content of the user's own CSV files, replayed as the screen `name` beside the others.
    """

    name: str
    screens: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = DEFAULT_POLICIES
    n_seeds: int = 20
    n_rounds: int = 5
    n_genes: int = 0
    statics: bool = True
    elsewhere: bool = True
    table: str = ""
    hit_list: str = ""

    def __post_init__(self) -> None:
        """Raise InputError for a plan that cannot be run."""
        if not self.name.strip() or not (self.screens or self.table):
            raise InputError("a campaign needs a name and a screen.", hint="Name screens, or give a table Gene,Score.")
        if not self.policies or not 1 <= self.n_seeds <= MOST_SEEDS or self.n_rounds < 1 or self.n_genes < 0:
            raise InputError(
                f"{self.name}: {len(self.policies)} policies, {self.n_seeds} seeds, {self.n_rounds} rounds of {self.n_genes}.",
                hint=f"One policy or more, 1 to {MOST_SEEDS} seeds, 1 round or more, 0 genes for the protocol's number.",
            )
        twice = {policy.name for policy in self.policies if self.policies.count(policy) > 1}
        if twice:
            raise InputError(f"{self.name}: {', '.join(sorted(twice))} is there twice.")

    @property
    def campaign_id(self) -> str:
        """Twelve hexadecimal digits of the plan's hash; the order of screens and policies does not matter."""
        row = self.to_row()
        row["screens"], row["policies"] = sorted(row["screens"]), sorted(row["policies"], key=json.dumps)
        return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def all_screens(self) -> tuple[str, ...]:
        """Names of the screens to replay; the user's own table goes by the plan's name."""
        return (*self.screens, *([self.name] if self.table else []))

    def to_row(self) -> dict[str, Any]:
        """The plan as JSON."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> CampaignPlan:
        """From JSON or TOML. Raises InputError naming a field that is not known or has the wrong kind of value."""
        known = set(cls.__dataclass_fields__)
        if extra := sorted(set(row) - known):
            raise InputError(f"a campaign has no {', '.join(extra)}.", hint=f"Fields: {', '.join(sorted(known))}.")
        try:
            policies = tuple(
                Policy(item) if isinstance(item, str) else Policy(**item) for item in row.get("policies", ())
            )
            given = {
                key: tuple(value) if key == "screens" else value for key, value in row.items() if key != "policies"
            }
            for key, value in given.items():
                wanted = {"screens": tuple, "statics": bool, "elsewhere": bool}.get(
                    key, int if key.startswith("n_") else str
                )
                if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                    raise InputError(f"{key} is {value!r}.", hint=f"Give {wanted.__name__}.")
            return cls(**given, **({"policies": policies} if policies else {}))
        except TypeError as error:
            raise InputError(f"the plan of the campaign cannot be used: {error}.") from error


def read_plan(path: Path) -> CampaignPlan:
    """A plan from TOML; `screen` and `hits` name CSV files beside it. Raises InputError for what cannot be read."""
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"the plan cannot be read: {error}.", where=str(path)) from error
    for key, field in (("screen", "table"), ("hits", "hit_list")):
        if key in row:
            row[field] = read_text(path.parent / str(row.pop(key)))
    return CampaignPlan.from_row({"name": path.stem, **row})


def read_text(path: Path) -> str:
    """A file of the user as text. Raises InputError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the file cannot be read: {error}.", where=str(path), hint="Save it as CSV, UTF-8."
        ) from error
