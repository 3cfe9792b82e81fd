"""How a visit to Explore opens: which map, in which colour, and what stands there before the browser is ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.views.frame.pages import Preview
from workbench.views.map_facts import counted, quality_badge
from workbench.views.map_preview import map_preview
from workbench.views.points import ACTIVE_Q, is_framed

if TYPE_CHECKING:
    from workbench.lab import Lab

_PLACE = """<div><div style="height:56px"></div><div style="height:37px;padding:7px 10px 0;box-sizing:border-box">{badge}</div>
<div style="height:500px;position:relative;overflow:hidden;box-sizing:border-box;border-radius:10px;
border:1px solid var(--wb-line);background:var(--wb-surface)">
<div class="map" style="position:absolute;inset:30px 0 0 0">{picture}</div></div></div>"""  # as high as what will stand there


@dataclass(frozen=True)
class ExploreState:
    """What the address keeps."""

    map: str = ""
    colour: str = ""
    entity: str = ""
    cohort: str = ""
    second: str = ""
    second_colour: str = ""
    names: bool = True
    contours: bool = False
    active: bool = False


def opened(maps: list[dict[str, Any]], state: ExploreState) -> dict[str, Any]:
    """The map of the address, else the first that was accepted, else the first."""
    known = {row["map_id"]: row for row in maps}
    return known.get(state.map) or next((row for row in maps if row["accepted"]), maps[0])


def chips(row: dict[str, Any]) -> tuple[str, ...]:
    """What the head of the page says of a map."""
    found = (row["map_id"], counted(row["n_entities"], row["entity_kind"]), f"snapshot {row['snapshot']}")
    found += (row["dataset"],) if row["dataset"] != row["map_id"] else ()
    return (*found, "simulated") if row["simulated"] else found


def first_colour(map_: Any, state: ExploreState) -> str:
    """The column of the address, else the first of the recipe's colours that tells points apart; none gives one colour."""
    columns = list(map_.columns) + list(map_.evidence)
    if state.colour in columns:
        return state.colour
    wanted = [*map_.recipe.get("colours", ()), "agreement"]
    return next((name for name in wanted if name in columns and useful(map_, name)), "")


def has_q(map_: Any) -> bool:
    """Whether replicates of any entity pass q < 0.05: only then it can be asked to show no others."""
    return bool((np.asarray(map_.evidence.get("q", np.zeros(0)), dtype=float) < ACTIVE_Q).any())


def useful(map_: Any, name: str) -> bool:
    """Whether a column tells points apart."""
    column = np.asarray(map_.columns.get(name, map_.evidence.get(name)))
    if column.dtype.kind == "f":
        return bool(np.isfinite(column).any())
    return len(np.unique(column[:5000])) > 1


def preview(lab: Lab, state: ExploreState) -> Preview | None:
    """Title, chips and the points of a map that is in memory; only title and chips of another."""
    maps = lab.maps.list()
    if not maps or state.second:
        return None
    row = opened(maps, state)
    if not row["accepted"]:
        return None
    html = ""
    map_ = lab.maps.loaded(row["map_id"])
    if map_ is not None and is_framed(map_):
        picture = map_preview(map_, first_colour(map_, state), active=state.active and has_q(map_))
        html = _PLACE.format(badge=quality_badge(row["quality"]), picture=picture)
    return Preview(row["title"], html, chips(row), has_inspector=True)
