"""Profiles: one feature of the wells on their plate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import UnknownNameError
from workbench.nouns import Profiles
from workbench.views import view
from workbench.views.plate_heatmap import PlateHeatmap

if TYPE_CHECKING:
    import pandas as pd


@view(Profiles)
class ProfilesView:
    """Draws one feature on one plate; the first of each unless they are named."""

    def __init__(self, profiles: Profiles, *, plate: str = "", feature: str = "") -> None:
        plates = np.asarray(profiles.wells["Metadata_Plate"]).astype(str)
        self.profiles = profiles
        self.plate = plate or (str(plates[0]) if len(plates) else "")
        self.feature = feature or (profiles.features[0] if profiles.features else "")
        if self.feature not in profiles.features:
            raise UnknownNameError(f"{profiles.dataset} has no feature {self.feature!r}.")
        if self.plate not in set(plates.tolist()):
            raise UnknownNameError(f"{profiles.dataset} has no plate {self.plate!r}.")

    def data(self) -> pd.DataFrame:
        """The wells of the plate: name, perturbation, control flag and the feature."""
        import pandas as pd

        wells = self.profiles.wells
        rows = np.flatnonzero(np.asarray(wells["Metadata_Plate"]).astype(str) == self.plate)
        return pd.DataFrame(
            {
                "Metadata_Well": np.asarray(wells["Metadata_Well"]).astype(str)[rows],
                "Metadata_Name": np.asarray(wells["perturbation_id"]).astype(str)[rows],
                "is_control": self.profiles.is_control[rows],
                self.feature: self.profiles.values[rows, self.profiles.features.index(self.feature)],
            }
        )

    def python(self) -> str:
        """The line that draws this in a notebook."""
        dataset = self.profiles.dataset
        return f"wb.draw(lab.data.profiles({dataset!r}), plate={self.plate!r}, feature={self.feature!r})"

    def panel(self) -> Any:
        """The plate as a heat map."""
        return PlateHeatmap(self.data(), self.feature, title=f"{self.feature} on {self.plate}").panel()
