"""A model version: its card with the suite's table beside baseline and null."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import ModelVersion
from workbench.views import view
from workbench.views.style import interval, number
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd

STATE = {"promoted": "good", "candidate": "", "retired": "", "rejected": "warn"}
METRICS = {
    "rdmean": "rDmean", "pds": "PDS (chance 0.5)", "mae": "Mean absolute error",
    "pixels": "Squared error of hidden pixels (standardised)", "fourier": "Distance of Fourier amplitudes",
}  # fmt: skip


@view(ModelVersion)
class ModelVersionView:
    """What it is, what it was trained on, and how it scores."""

    def __init__(self, version: ModelVersion) -> None:
        self.version = version

    def data(self) -> pd.DataFrame:
        """The suite's table: metric, reference, value, low, high, n."""
        import pandas as pd

        return pd.DataFrame(self.version.card.get("suite", []))

    def python(self) -> str:
        """The line that draws this in a notebook."""
        return f"wb.draw(lab.models.get({self.version.name!r}))"

    def panel(self) -> Any:
        """The card."""
        version = self.version
        head = (
            f"<h3>{escape(version.name)} {chip(version.state, STATE[version.state])}</h3>"
            f'<p class="muted small">{escape(version.architecture)} · trained on {_examples(version)} · '
            f"snapshot {version.snapshot} · code {escape(version.code_version)}</p>"
        )
        said = [escape(version.card[key]) for key in ("decision", "intended", "limits") if key in version.card]
        text = f"<p>{' '.join(said)}</p>" if said else ""
        return html(f'<div class="card">{head}{suite_table(version.card.get("suite", []))}{text}</div>')


def _examples(version: ModelVersion) -> str:
    """What it was trained on, in words."""
    facts = version.training_set
    if "images" in facts:
        unseen = ", ".join(facts["held_out"])
        return escape(
            f"{len(facts['images'])} fields of {facts['source']}, {facts['channels']} channels; never seen: {unseen}"
        )
    return (
        f"{facts.get('n_examples', '?')} perturbations of {facts.get('n_units', '?')} units, "
        f"{facts.get('n_readouts', '?')} readouts"
    )


def suite_table(rows: list[dict[str, Any]]) -> str:
    """Metrics down, model, baselines and permuted null across; every value with its interval and n."""
    references = list(dict.fromkeys(row["reference"] for row in rows))
    known = {(row["metric"], row["reference"]): row for row in rows}
    head = "".join(f'<th class="num">{escape(name)}</th>' for name in references)
    body = ""
    for metric, title in METRICS.items():
        if any((metric, name) in known for name in references):
            cells = "".join(_cell(known.get((metric, name))) for name in references)
            body += f"<tr><td>{title}</td>{cells}</tr>"
    n = next((row["n"] for row in rows), 0)
    note = (
        f'<p class="muted small" style="margin-top:6px">Held-out set, n = {n}; brackets: 95 % bootstrap interval over '
    )
    note += "units (permuted null: range of its draws).</p>"
    return f'<table class="plain"><tr><th>Held-out suite</th>{head}</tr>{body}</table>{note}'


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return '<td class="num">–</td>'
    spread = f'<div class="muted small">{interval(row["low"], row["high"])}</div>'
    return f'<td class="num">{number(row["value"])}{spread}</td>'
