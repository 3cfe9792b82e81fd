"""Rounds: what each experiment taught the model."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from workbench.views.comparison import ComparisonView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.model_version import ModelVersionView
from workbench.views.rounds import later_html, record_html, rounds_html
from workbench.views.style import count
from workbench.views.style.palette import ACCENT
from workbench.views.style.parts import empty, html
from workbench.views.style.theme import style_figure
from workbench.views.surprise import biggest_surprise, surprise_html

if TYPE_CHECKING:
    from workbench.lab import Lab


NO_ROUND = (
    "No round yet", "Approve hypotheses, lay them out as a batch, and let a lab answer.", "/queue", "Open the queue"
)  # fmt: skip


@dataclass(frozen=True)
class RoundsState:
    """What the address keeps."""

    task: str = "l1000_orf"
    version: str = ""


@page("/rounds", "Rounds", icon="cached", order=5, state=RoundsState, at_once=True)
def rounds(lab: Lab, state: RoundsState, frame: Frame) -> Content:
    """Experiments with their outcomes, the learning curve, and the versions side by side."""
    tasks = [row for row in lab.cells.tasks() if row["version"]]
    chosen = lab.models.get(state.version).task if state.version else state.task
    task = next((row for row in tasks if row["task"] == chosen), next(iter(tasks), None))
    if task is None:
        return Content("Rounds", empty("No model yet", "Train a virtual cell first.", "/data", "Import data"))
    name = task["task"]
    versions, comparisons = lab.models.list(name), lab.models.comparisons(name)
    rounds = lab.models.rounds(name)
    chooser = pmui.Select(
        label="Virtual cell", options={row["title"]: row["task"] for row in tasks}, value=name, width=340, size="small"
    )
    chooser.param.watch(frame.guard(lambda event: frame.go("/rounds", task=event.new)), "value")
    table = rounds_html(rounds, lambda item: link("/experiment", id=item.handle)) if rounds else empty(*NO_ROUND)
    cards = [
        table,
        _taught(rounds),
        later_html(lab.models.measured_later(name)),
        record_html(lab.models.track_record(name)),
    ]
    parts: list[Any] = [chooser, *(html(card) for card in cards if card)]
    if comparisons:
        curve = pn.pane.Bokeh(learning_curve(versions, frame.dark), sizing_mode="stretch_width", min_height=280)
        parts += [curve, ComparisonView(comparisons[0]).panel()]
    parts += [ModelVersionView(version).panel() for version in versions[:4]]
    chips = (task["dataset"], count(len(rounds), "round"), count(len(versions), "version"))
    title = _title(comparisons, task)
    python = f"wb.draw(lab.models.comparisons({name!r})[0])" if comparisons else f"lab.models.list({name!r})"
    main = pn.Column(*parts, sizing_mode="stretch_width", styles={"gap": "14px"})
    return Content(title, main, chips, _inspector(lab, task, len(versions), frame), python)


def _title(comparisons: list[Any], task: dict[str, Any]) -> str:
    if not comparisons:
        return f"No round yet: {task['version']} answers"
    return ComparisonView(comparisons[0]).title()


def _taught(rounds: list[Any]) -> str:
    """The biggest surprise of the newest judged round."""
    for item in rounds:
        surprise = biggest_surprise(item.hypotheses)
        if surprise is not None:
            address = link("/hypothesis", id=surprise.handle)
            head = f"<h3>What surprised most in {item.experiment.handle}</h3>"
            return f'<div class="card">{head}{surprise_html(surprise, address)}</div>'
    return ""


def learning_curve(versions: list[Any], dark: bool) -> Any:
    """Bokeh figure: rDmean of every version on the held-out set with its interval, oldest first."""
    from bokeh.models import Whisker
    from bokeh.plotting import ColumnDataSource, figure

    rows = []
    for version in reversed(versions):
        found = [r for r in version.card.get("suite", []) if r["metric"] == "rdmean" and r["reference"] == "model"]
        rows += [(version.name, row["value"], row["low"], row["high"], row["n"]) for row in found]
    names = [row[0] for row in rows]
    source = ColumnDataSource(
        {"x": names, "y": [r[1] for r in rows], "low": [r[2] for r in rows], "high": [r[3] for r in rows]}
    )  # fmt: skip
    n = rows[0][4] if rows else 0
    bottom, top = min([0.0, *(r[2] for r in rows)]), max([0.01, *(r[3] for r in rows)])
    pad = 0.08 * (top - bottom)
    plot = figure(
        x_range=names, y_range=(bottom - pad, top + pad), height=280, sizing_mode="stretch_width",
        toolbar_location=None, tools="hover",
        title=f"Learning curve: rDmean on the held-out set (n = {n}, 95 % interval; 0 = the mean)",
        y_axis_label="rDmean",
        tooltips=[("version", "@x"), ("rDmean", "@y{0.000}"), ("from", "@low{0.000}"), ("to", "@high{0.000}")],
    )  # fmt: skip
    plot.add_layout(Whisker(base="x", lower="low", upper="high", source=source, line_color=ACCENT, line_width=2))
    plot.line("x", "y", source=source, color=ACCENT, line_alpha=0.5)
    plot.scatter("x", "y", source=source, size=10, fill_color=ACCENT, line_color=None)
    plot.xgrid.visible = False
    return style_figure(plot, dark)


def _inspector(lab: Lab, task: dict[str, Any], n_versions: int, frame: Frame) -> Any:
    train = pmui.Button(label="Train a new version now", variant="contained", sizing_mode="stretch_width")
    back = pmui.Button(
        label="Roll back to the version before",
        variant="outlined",
        disabled=n_versions < 2,
        sizing_mode="stretch_width",
    )

    def start(_event: Any) -> None:
        lab.models.train(task["task"], person=frame.person)
        frame.notify("Training is queued; its progress is at the foot of the page.", "success")

    def undo(_event: Any) -> None:
        version = lab.models.roll_back(task["task"], person=frame.person)
        frame.notify(f"{version.name} answers again.", "success")
        frame.go("/rounds", task=task["task"])

    train.on_click(frame.guard(start))
    back.on_click(frame.guard(undo))
    about = html(
        f'<div class="card"><h3>{escape(task["version"])} answers now</h3><p class="muted small">A new version takes over '
        "only if it is not worse than the promoted one on units neither has seen, by the rule declared in its recipe."
        "</p></div>"
        f'<p class="small"><a href="{link("/campaigns")}">Rehearse whole campaigns on a screen that is known →</a></p>'
    )
    return pn.Column(about, train, back, sizing_mode="stretch_width", styles={"gap": "10px"})
