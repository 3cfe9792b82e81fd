"""Home: what waits, what is new, where to start, the data at a glance; on a fresh machine the tour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.nouns import Dataset, Hypothesis, ModelVersion
from workbench.views.frame.header import news_items, waiting_items
from workbench.views.frame.navigation import icon
from workbench.views.frame.pages import Content, Frame, NoState, link, page
from workbench.views.map_thumbnail import map_thumbnail
from workbench.views.style import count, quantity, signed, text
from workbench.views.style.parts import chip, html
from workbench.views.surprise import biggest_surprise, surprise_html

if TYPE_CHECKING:
    from workbench.lab import Lab

TOUR_GENE = "BRAF"
TOUR_SMILES = "CC(=O)Oc1ccccc1C(=O)O"
OUTCOMES = {"supported": "good", "refuted": "bad", "inconclusive": ""}
NEWS = 6
OTHERS = 4


@page("/", "Home", icon="home", order=0, state=NoState)
def home(lab: Lab, state: NoState, frame: Frame) -> Content:
    """The first page of the day."""
    hypotheses = lab.hypotheses.list()
    waits = waiting_items(lab.hypotheses.waiting(frame.person))
    told = news_items(lab.hypotheses.inbox(frame.person, OTHERS + 1))
    maps = lab.maps.list()
    datasets = lab.data.list()
    parts = [_STYLE]
    if not datasets:
        parts.append(_nothing_imported())
    elif not hypotheses:
        parts.append(_tour(lab))
    if hypotheses:
        resolved = [item for item in hypotheses if item.state == "resolved" and item.outcome]
        left = f'<div class="stack">{_waiting(waits)}{_others(told)}{_surprise(resolved)}</div>'
        parts.append(f'<div class="two">{left}{_news(resolved, lab.models.list())}</div>')
    parts.append(_starts(lab, maps))
    parts.append(_data(datasets, maps))
    return Content(_title(waits, hypotheses, datasets), html("".join(parts)), python="lab.hypotheses.waiting()")


def warm(lab: Lab) -> None:
    """Load the map of the first card."""
    _picture(lab, lab.maps.list())


def _title(waits: Sequence[dict[str, Any]], hypotheses: Sequence[Hypothesis], datasets: Sequence[Dataset]) -> str:
    if not datasets:
        return "An empty lab: bring in the first data"
    if not hypotheses:
        return "Welcome. Real data are in place; ask them something"
    total = sum(item["count"] for item in waits)
    return f"{count(total, 'thing waits', 'things wait')} for you" if total else "Nothing waits; a good time to explore"


def _waiting(waits: Sequence[dict[str, Any]]) -> str:
    rows = "".join(
        f'<a class="row" href="{escape(item["url"])}"><span>{text(item["text"])}</span>'
        f'<b class="num">{item["count"]}</b></a>'
        for item in waits
    )
    body = rows or '<p class="muted">Nothing to approve, lay out or check.</p>'
    return f'<section class="card"><h2>Waits for you</h2>{body}</section>'


def _others(told: Sequence[dict[str, Any]]) -> str:
    """What others did since the person last read: the newest few, the rest under the bell."""
    if not told:
        return ""
    rows = "".join(
        f'<a class="row" href="{escape(item["url"])}" title="{text(item["more"])}"><span class="cut">{text(item["text"])}'
        f'</span><span class="muted small side">{text(item["why"])}</span></a>'
        for item in told[:OTHERS]
    )
    more = '<p class="muted small">More under the bell.</p>' if len(told) > OTHERS else ""
    return f'<section class="card"><h2>Others did</h2>{rows}{more}</section>'


def _surprise(resolved: Sequence[Hypothesis]) -> str:
    found = biggest_surprise(resolved)
    if found is None:
        return ""
    body = surprise_html(found, link("/hypothesis", id=found.handle))
    return f'<section class="card"><h2>Biggest surprise</h2>{body}</section>'


def _news(resolved: Sequence[Hypothesis], models: Sequence[ModelVersion]) -> str:
    lines = [(item.updated_at, _resolved_line(item)) for item in resolved]
    lines += [(model.created_at, _model_line(model)) for model in models if model.state == "promoted"]
    lines.sort(key=lambda line: str(line[0] or ""), reverse=True)
    rows = "".join(row for _, row in lines[:NEWS]) or '<p class="muted">No results yet.</p>'
    return f'<section class="card"><h2>New</h2>{rows}</section>'


def _resolved_line(item: Hypothesis) -> str:
    outcome = str(item.outcome.get("outcome", ""))
    shown = f"{item.handle} · {item.statement}"
    effect = f"{signed(item.outcome.get('effect'), 2)} {item.predicted.get('units', '')}, n = {item.outcome.get('n')}"
    return (
        f'<a class="row" href="{escape(link("/hypothesis", id=item.handle))}">'
        f'<span class="cut" title="{text(shown)}">{text(shown)}</span><span class="muted small side">{text(effect)}</span>'
        f"{chip(outcome, OUTCOMES.get(outcome, ''))}{chip('simulated', 'simulated') if item.simulated else ''}</a>"
    )


def _model_line(model: ModelVersion) -> str:
    kind = "Image autoencoder" if "images" in model.training_set else "Virtual cell"
    return (
        f'<a class="row" href="/rounds"><span class="cut">{kind} {text(model.name)} answers now</span>'
        f'<span class="muted small side">{text(model.architecture.replace("_", " "))}, snapshot {model.snapshot}</span>'
        f"{chip('promoted', 'good')}</a>"
    )


def _starts(lab: Lab, maps: Sequence[dict[str, Any]]) -> str:
    accepted = [row for row in maps if row["accepted"]]
    explore = (
        f"{count(len(accepted), 'map')} on which replicates agree: find a gene or a compound among its neighbours."
    )
    ask = "Over-express a gene, give a compound or combine two; see the predicted change beside its baseline, and why."
    draw = "Draw or paste a structure; see its conformers in 3D with energies and strain."
    cards = (
        (
            "/explore",
            "Explore a map",
            explore if accepted else "Build a map of measured profiles.",
            _picture(lab, maps),
        ),
        ("/cell", "Ask the cell", ask, _CELL_PICTURE),
        ("/molecules", "Draw a molecule", draw, _depiction(lab)),
    )
    body = "".join(
        f'<a class="card start" href="{path}"><div class="picture">{picture}</div>'
        f"<h3>{icon(path)}{name}</h3><p>{text(words)}</p></a>"
        for path, name, words, picture in cards
    )
    return f'<h2 class="head">Start here</h2><div class="three">{body}</div>'


def _tour(lab: Lab) -> str:
    steps = (
        ("Find a gene", f"{TOUR_GENE} on the map of U2OS cells over-expressing 189 genes: who behaves alike, how sure?",
         link("/explore", map="l1000_orf_u2os", entity=_tour_construct(lab))),
        ("Ask the virtual cell", f"What does over-expressing {TOUR_GENE} do, against the baseline, and why?",
         link("/cell", task="l1000_orf", perturbation=_tour_construct(lab))),
        ("Look at a molecule", "Aspirin in 3D: its conformers, their energies and which of them are plausible.",
         link("/molecules", smiles=TOUR_SMILES)),
        ("Queue a hypothesis", "Turn a prediction into a plate, let the replay lab answer, read the verdict.", "/queue"),
    )  # fmt: skip
    body = "".join(
        f'<li><a class="card step" href="{escape(url)}"><span class="place">{i}</span><span><h3>{name}</h3>'
        f'<span class="muted">{text(words)}</span></span></a></li>'
        for i, (name, words, url) in enumerate(steps, 1)
    )
    return f'<h2 class="head">Four steps on real data</h2><ol class="tour">{body}</ol>'


def _tour_construct(lab: Lab) -> str:
    """The measured construct of the tour's gene, where the data set is there."""
    found = lab.entities.perturbations(gene=TOUR_GENE)
    return next((item.perturbation_id for item in found if item.kind == "over-expression"), "")


def _data(datasets: Sequence[Dataset], maps: Sequence[dict[str, Any]]) -> str:
    if not datasets:
        return ""
    quality = {row["dataset"]: row for row in reversed(maps)}
    rows = "".join(
        f'<tr><td><a href="{escape(link("/data", dataset=item.dataset))}" title="{text(item.dataset)}">{text(item.title)}'
        f'</a></td><td class="muted">{text(item.modality)}</td><td class="num">{item.n_rows:,}</td>'
        f'<td class="num">{f"{item.n_features:,}" if item.n_features else "–"}</td>'
        f"<td>{_badge(item, quality.get(item.dataset))}</td></tr>"
        for item in datasets
    )
    head = (
        '<tr><th>Data set</th><th>Measures</th><th class="num">Rows</th><th class="num">Features</th>'
        "<th>Do replicates agree?</th></tr>"
    )
    return (
        f'<h2 class="head">{count(len(datasets), "data set")} at a glance <a class="small" href="/data">All data →</a></h2>'
        f'<div class="card table"><table class="plain">{head}{rows}</table></div>'
    )


def _badge(dataset: Dataset, row: dict[str, Any] | None) -> str:
    mark = chip("simulated", "simulated") if dataset.simulated else ""
    if row is None:
        return mark or '<span class="muted">–</span>'
    quality = row["quality"]
    shown = f"{quantity(quality.get('value'), '%')} agree"
    if not row["accepted"]:
        shown = f"{shown}: no map"
    return f"{chip(shown, 'good' if row['accepted'] else 'bad', str(quality.get('reason', '')))} {mark}"


def _nothing_imported() -> str:
    return (
        '<div class="card"><h2>No data yet</h2><p>Run <code>workbench setup</code> once: it brings in the public data '
        "that come with the workbench, builds the maps and trains the first virtual cells (one to two minutes).</p>"
        '<p><a href="/data">Or import data of your own →</a></p></div>'
    )


def _picture(lab: Lab, maps: Sequence[dict[str, Any]]) -> str:
    best = next((row for row in maps if row["accepted"] and not row["simulated"]), None)
    if best is None:
        return icon("/explore")
    map_ = lab.maps.get(best["map_id"])
    colour = next((name for name in map_.recipe.get("colours", ()) if name in map_.columns), "")
    return map_thumbnail(map_, colour)


def _depiction(lab: Lab) -> str:
    try:
        return lab.molecules.depict(TOUR_SMILES)
    except (WorkbenchError, ImportError):
        return icon("/molecules")


_CELL_PICTURE = (
    '<svg viewBox="0 0 320 120" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.4" '
    'stroke-linecap="round"><path d="M160 10v100" stroke-width="1" stroke-dasharray="3 4" opacity=".6"/>'
    + "".join(
        f'<path d="M{low} {y}H{high}" opacity=".55"/><circle cx="{(low + high) / 2}" cy="{y}" r="4.6" fill="currentColor" '
        f'stroke="none"/><path d="M{base} {y - 5}v10" stroke-width="1.6" opacity=".5"/>'
        for y, low, high, base in ((22, 196, 268, 172), (47, 182, 246, 168), (72, 128, 184, 161), (97, 58, 118, 149))
    )
    + "</svg>"
)
_STYLE = """<style>
.head { margin: 26px 0 12px; display: flex; align-items: baseline; justify-content: space-between; }
style:first-child + .head { margin-top: 0; }
.stack { display: grid; gap: 16px; }
.head a { font-weight: 400; }
.two { display: grid; grid-template-columns: minmax(260px, 1fr) minmax(0, 2fr); gap: 16px; align-items: start; }
.three { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 16px; }
.start { padding: 0; overflow: hidden; }
.start h3 { display: flex; align-items: center; gap: 9px; margin: 14px 18px 4px; font-size: 16px; }
.start p { margin: 0 18px 16px; color: var(--wb-muted); }
.start h3 svg { width: 20px; height: 20px; fill: none; stroke: var(--wb-accent); stroke-width: 1.7;
  stroke-linejoin: round; stroke-linecap: round; }
.picture { height: 132px; display: grid; place-items: center; border-bottom: 1px solid var(--wb-line);
  background: color-mix(in srgb, var(--wb-ground) 60%, var(--wb-surface)); color: var(--wb-accent); }
.picture > svg { max-width: 92%; height: 116px; }
.row { display: flex; align-items: center; gap: 12px; padding: 8px 0; border-top: 1px solid var(--wb-line);
  color: inherit; min-width: 0; }
h2 + .row { border-top: 0; }
.row > span:first-child { flex: 1; min-width: 0; }
.row b { font-size: 17px; color: var(--wb-accent); }
.side { white-space: nowrap; }
.tour { list-style: none; margin: 0; padding: 0; display: grid; gap: 14px; grid-template-columns: repeat(4, minmax(0, 1fr)); }
.step { display: flex; gap: 14px; height: 100%; }
.place { flex: none; width: 28px; height: 28px; border-radius: 50%; text-align: center; font: 600 15px/28px Roboto, sans-serif;
  color: var(--wb-accent); background: var(--wb-wash); }
.table { padding: 8px 18px; overflow-x: auto; }
.table td.num, .table th.num { padding-right: 32px; }
.table tr:first-child th { padding-top: 8px; }
@media (max-width: 1180px) { .tour { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .two { grid-template-columns: minmax(0, 1fr); } }
</style>"""
