"""Campaigns: whole campaigns replayed on screens, a list and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.campaign import campaign_report, screen_html, sentence
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.style import count
from workbench.views.style.parts import empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab


@dataclass(frozen=True)
class CampaignsState:
    """What the address keeps."""

    id: str = ""


@page("/campaigns", "Campaigns", icon="replay", state=CampaignsState)
def campaigns(lab: Lab, state: CampaignsState, frame: Frame) -> Content:
    """The list of campaigns, or the curves and table of one."""
    known = lab.campaigns.list()
    if not known:
        about = (
            "Replay one: workbench campaign run --screen MY.csv --hits HITS.csv, or a plan with screens of the catalog."
        )
        return Content(
            "No campaign was replayed yet", html(empty("No campaign yet", about, "/data", "See the screens"))
        )
    if not state.id:
        return Content(f"{count(len(known), 'campaign')} replayed", html(_table(known)), python="lab.campaigns.list()")
    result = lab.campaigns.result(state.id)
    parts: list[Any] = []
    for screen in result["screens"]:
        parts += [html(f"<h2>{escape(sentence(screen))}</h2>"), html(screen_html(screen))]
    if not parts:
        parts = [html(empty("Nothing is played yet", "Its parts appear here as they are finished."))]
    chips = (f"{result['plan']['n_seeds']} seeds", f"snapshot {result['snapshot']}", str(result["code_version"]))
    title = sentence(result["screens"][0]) if len(result["screens"]) == 1 else f"Campaign: {result['plan']['name']}"
    main = pn.Column(*parts, sizing_mode="stretch_width", styles={"gap": "12px"})
    return Content(title, main, chips, _inspector(result, frame), f"lab.campaigns.table({state.id!r})")


def _table(known: list[dict[str, Any]]) -> str:
    rows = "".join(
        f'<tr><td><a href="{link("/campaigns", id=row["campaign_id"])}">{escape(row["plan"]["name"])}</a></td>'
        f'<td>{escape(", ".join(row["plan"]["screens"]) or "own table")}</td><td class="num">{len(row["plan"]["policies"])}</td>'
        f'<td class="num">{row["plan"]["n_seeds"]}</td><td class="num">{row["n_parts"]}</td>'
        f"<td>{row['created_at']:%Y-%m-%d %H:%M}</td></tr>"
        for row in known
    )
    head = (
        '<tr><th>Campaign</th><th>Screens</th><th class="num">Policies</th><th class="num">Seeds</th>'
        '<th class="num">Parts played</th><th>Begun (UTC)</th></tr>'
    )
    return f'<div class="card"><table class="plain">{head}{rows}</table></div>'


def _inspector(result: dict[str, Any], frame: Frame) -> Any:
    from io import StringIO

    save = pmui.FileDownload(
        callback=lambda: StringIO(campaign_report(result)), filename=f"campaign-{result['campaign_id']}.html",
        label="Save as one HTML page", variant="outlined", sizing_mode="stretch_width",
    )  # fmt: skip
    back = pmui.Button(label="All campaigns", variant="text", sizing_mode="stretch_width")
    back.on_click(frame.guard(lambda _event: frame.go("/campaigns")))
    about = html(
        f'<div class="card"><h3>{escape(result["plan"]["name"])}</h3><p class="muted small">Campaign '
        f"{escape(result['campaign_id'])}: the "
        "same plan gives the same choices, gene by gene, however often it is interrupted. Policies are told the scores of "
        "what they asked for; the hit list judges afterwards.</p></div>"
    )
    return pn.Column(about, save, back, sizing_mode="stretch_width", styles={"gap": "10px"})
