"""A measured response: its strongest readouts with standard error."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.nouns import Response
from workbench.views import view
from workbench.views.style import number, signed
from workbench.views.style.parts import chip, html

if TYPE_CHECKING:
    import pandas as pd


@view(Response)
class ResponseView:
    """`top`: how many readouts are listed."""

    def __init__(self, response: Response, *, top: int = 8) -> None:
        self.response, self.top = response, top

    def data(self) -> pd.DataFrame:
        """Every readout with change and standard error, strongest first."""
        import pandas as pd

        found = self.response
        frame = pd.DataFrame({"readout": found.readouts, "delta": found.delta, "standard_error": found.standard_error})
        return frame.iloc[np.argsort(-np.abs(found.delta), kind="stable")].reset_index(drop=True)

    def python(self) -> str:
        """The line that draws this in a notebook."""
        found = self.response
        return f"wb.draw(lab.data.response({found.dataset!r}, {found.perturbation.perturbation_id!r}))"

    def title(self) -> str:
        """What was measured, as a sentence."""
        found = self.response
        return f"{found.perturbation.name} in {found.context}: n = {found.n}, {found.n_controls} control wells"

    def panel(self) -> Any:
        """Title, agreement of the replicates and the strongest readouts."""
        found = self.response
        agreement = found.replicate_agreement
        words = "no replicates to compare" if agreement is None else f"replicates agree with r = {number(agreement, 2)}"
        kind = "" if agreement is None else "good" if agreement > 0.1 else "warn"
        mark = chip(words, kind) + (chip("simulated", "simulated") if found.simulated else "")
        rows = "".join(
            f'<tr><td>{escape(row.readout)}</td><td class="num">{signed(row.delta)}</td>'
            f'<td class="num">{"–" if np.isnan(row.standard_error) else "± " + number(row.standard_error, 2)}</td></tr>'
            for row in self.data().head(self.top).itertuples(index=False)
        )
        return html(
            f"<h3>{escape(self.title())}</h3><div>{mark}</div>"
            f'<table class="plain fit"><tr><th>Readout</th><th class="num">Change</th><th class="num">Standard error</th></tr>'
            f"{rows}</table>"
        )
