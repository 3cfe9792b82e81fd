"""A cohort: a named selection as a table of links."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from workbench.nouns import Cohort
from workbench.views import view

if TYPE_CHECKING:
    import pandas as pd


@view(Cohort)
class CohortView:
    """Name, size, map and members of a cohort."""

    def __init__(self, cohort: Cohort, *, labels: dict[str, str] | None = None) -> None:
        self.cohort = cohort
        self.labels = labels or {}

    def data(self) -> pd.DataFrame:
        """One row a member: perturbation_id and label."""
        import pandas as pd

        members = list(self.cohort.entities)
        return pd.DataFrame({"perturbation_id": members, "label": [self.labels.get(name, name) for name in members]})

    def python(self) -> str:
        """The line that gives this cohort in a notebook."""
        return f"lab.maps.get_cohort({self.cohort.cohort_id!r})"

    def panel(self) -> Any:
        """A heading and the members."""
        import panel as pn

        cohort = self.cohort
        text = f"{len(cohort.entities):,} entities of {cohort.map_id}" + (
            f" · by {cohort.person}" if cohort.person else ""
        )
        table = pn.widgets.Tabulator(
            self.data(), pagination="remote", page_size=10, show_index=False, disabled=True, layout="fit_columns",
            sizing_mode="stretch_width",
        )  # fmt: skip
        heading = f'<div style="font-size:16px;font-weight:600">{escape(cohort.name)}</div><div>{escape(text)}</div>'
        return pn.Column(pn.pane.HTML(heading), table, sizing_mode="stretch_width")
