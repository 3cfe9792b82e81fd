"""Entity: everything known about one gene or compound, on one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn

from workbench.views.compound import CompoundView
from workbench.views.explanation import KIND as CLAIM_KIND
from workbench.views.explanation import ExplanationView
from workbench.views.frame.pages import Content, Frame, link, page
from workbench.views.gene import GeneView
from workbench.views.response import ResponseView
from workbench.views.style import number, p_value, signed
from workbench.views.style.parts import chip, empty, html

if TYPE_CHECKING:
    from workbench.lab import Lab

MAX_MAPS, MAX_NEIGHBOURS, MAX_RESPONSES, MAX_RELATIONS, MAX_CLAIMS = 4, 6, 4, 40, 3


@dataclass(frozen=True)
class EntityState:
    """What the address keeps."""

    kind: str = "gene"
    id: str = ""


@page("/entity", "Entity", state=EntityState, at_once=True)
def entity(lab: Lab, state: EntityState, frame: Frame) -> Content:
    """Header at once, then the cards in the order of the journeys."""
    if not state.id:
        note = empty("Which gene or compound?", "Type its name into the search box above.", "/explore", "Explore a map")
        return Content("No gene or compound was named", note)
    is_gene = state.kind != "compound"
    if is_gene:
        gene = lab.entities.gene(state.id)
        key, name, head = gene.symbol, gene.symbol, GeneView(gene, facts=_facts(lab, gene.symbol))
        who = {"gene": key}
    else:
        compound = lab.entities.compound(state.id)
        key, name = compound.inchikey, compound.name or compound.inchikey
        head = CompoundView(compound, gene_link=_gene, dark=frame.dark)
        who = {"compound": key}
    cards: list[tuple[str, Callable[[], str]]] = [
        ("On the maps", lambda: _maps(lab, who)),
        ("Measured", lambda: _measured(lab, who)),
        ("Predicted", lambda: _predicted(lab, who)),
        ("Why", lambda: _why(lab, who)),
        ("Relations and targets", lambda: _relations(lab, key, is_gene)),
        ("Cohorts", lambda: _cohorts(lab, who)),
        ("Hypotheses", lambda: _hypotheses(lab, who)),
    ]
    if not is_gene:
        cards.insert(5, ("Molecule", lambda: _molecule(lab, compound)))
    places = [html(f'<div class="card"><h3>{title}</h3><p class="muted">Looking …</p></div>') for title, _ in cards]

    def fill() -> None:
        for place, (title, make) in zip(places, cards, strict=True):
            if not frame.is_open:
                return
            shown = frame.guard(make)()
            place.object = (
                f'<div class="card"><h3>{title}</h3>{shown or "<p>This could not be read; see the message.</p>"}</div>'
            )

    main = pn.Column(head.panel(), *places, sizing_mode="stretch_width", styles={"gap": "14px"})
    return Content(
        f"What is known about {name}", main, ("gene" if is_gene else "compound",), python=head.python(), later=fill
    )


def _facts(lab: Lab, symbol: str) -> list[str]:
    """What was done with a gene, in which data sets: counted, not judged."""
    found = lab.entities.perturbations(gene=symbol)
    kinds = Counter(item.kind for item in found)
    facts = [f"{kind} ({n})" if n > 1 else kind for kind, n in kinds.items()]
    return [f"Perturbed here by {', '.join(facts)}"] if facts else ["Not perturbed in any data set of this catalog"]


def _gene(symbol: str) -> str:
    return link("/entity", kind="gene", id=symbol)


def _maps(lab: Lab, who: dict[str, str]) -> str:
    found = lab.maps.where(**who)
    if not found:
        return _none("No map holds it.", "A map shows what was profiled: import a data set with it.", "/data", "Data")
    seen: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        seen.setdefault(row["map_id"], []).append(row)
    titles = {row["map_id"]: row["title"] for row in lab.maps.list()}
    return "".join(_one_map(lab, name, titles.get(name, name), rows) for name, rows in list(seen.items())[:MAX_MAPS])


def _one_map(lab: Lab, map_id: str, title: str, rows: list[dict[str, Any]]) -> str:
    """Where it lies on one map, how sure that is, and its nearest neighbours."""
    best = max(rows, key=lambda row: -1.0 if row.get("agreement") is None else row["agreement"])
    near = lab.maps.neighbours(map_id, best["perturbation_id"], k=MAX_NEIGHBOURS)
    body = "".join(
        f'<tr><td><a href="{link("/explore", map=map_id, entity=row.perturbation_id)}">{escape(str(row.label))}</a></td>'
        f'<td class="num">{signed(row.similarity, 2)}</td><td class="num">{p_value(row.q)}</td>'
        f'<td class="num">{row.n_replicates}</td><td>{escape(str(row.known_relation or ""))}</td></tr>'
        for row in near.itertuples(index=False)
    )
    count = f" ({len(rows)} constructs or doses; the one whose replicates agree best is shown)" if len(rows) > 1 else ""
    p = best.get("p")
    evidence = (
        f"{best.get('n_replicates', 0)} replicates, agreement {number(best.get('agreement'), 2)}, p {p_value(p)}"
        if p is not None else "no replicate evidence"
    )  # fmt: skip
    address = link("/explore", map=map_id, entity=best["perturbation_id"])
    return (
        f'<p style="margin-top:12px"><a href="{address}"><b>{escape(title)}</b></a> '
        f'<span class="muted small">{escape(evidence)}{count}</span></p>'
        '<table class="plain fit"><tr><th>Nearest neighbours</th><th class="num">Similarity</th><th class="num">q</th>'
        f'<th class="num">Replicates</th><th>Known relation</th></tr>{body}</table>'
    )


def _measured(lab: Lab, who: dict[str, str]) -> str:
    found = lab.data.responses(**who)
    if not found:
        return _none(
            "Nothing was measured in this catalog.", "Import data that has it, or queue it.", "/queue", "The queue"
        )
    wide = [response for response in found if len(response.readouts) > 1]
    single = [response for response in found if len(response.readouts) == 1]
    parts = [_scores(single)] if single else []
    order = sorted(wide, key=lambda r: -(r.replicate_agreement or -1.0))[:MAX_RESPONSES]
    parts += [
        f'<div style="margin-top:12px">{ResponseView(response, top=5).panel().object}</div>' for response in order
    ]
    if len(wide) > MAX_RESPONSES:
        parts.append(f'<p class="muted small">and {len(wide) - MAX_RESPONSES} more responses in the data sets.</p>')
    held = _held_back(lab, who)
    return (f"<p>{chip('held back', 'warn')} {escape(held)}</p>" if held else "") + "".join(parts)


def _held_back(lab: Lab, who: dict[str, str]) -> str:
    """What must be said when the virtual cell does not know this measurement yet."""
    if "gene" not in who:
        return ""
    questions = lab.cells.perturbations("l1000_orf")
    mine = questions[questions["gene"] == who["gene"]]
    if mine.empty or bool(mine["measured"].all()):
        return ""
    return {
        "replay": "Its over-expression in U2OS is held back from the virtual cell; the replay lab can reveal it.",
        "held_out": "Its over-expression in U2OS is held out: no version of the virtual cell ever sees it.",
    }.get(str(mine["role"].iloc[0]), "")


def _scores(found: list[Any]) -> str:
    rows = "".join(
        f'<tr><td><a href="{link("/data", dataset=r.dataset)}">{escape(r.readouts[0])}</a></td>'
        f"<td>{escape(r.perturbation.kind)} in {escape(str(r.context))}</td>"
        f'<td class="num">{signed(float(r.delta[0]), 3)}</td>'
        f'<td class="num">{"–" if np.isnan(r.standard_error[0]) else "± " + number(float(r.standard_error[0]), 2)}</td>'
        f'<td class="num">{r.n}</td></tr>'
        for r in found
    )
    head = '<th>Screen</th><th>What was done</th><th class="num">Score</th><th class="num">Error</th><th class="num">n</th>'
    return f'<table class="plain fit"><tr>{head}</tr>{rows}</table>'


def _predicted(lab: Lab, who: dict[str, str]) -> str:
    kept = "".join(
        f"<tr><td>{escape(row['name'])}</td><td>{escape(row['task'])}</td><td>{chip(row['verdict'])}</td>"
        f'<td class="muted small">{escape(row["model_name"])}</td></tr>'
        for row in lab.cells.predictions(**who)[:5]
    )
    table = f'<table class="plain">{kept}</table>' if kept else ""
    answers = []
    for task, asked in _questions(lab, who):
        said = lab.cells.predict(asked, task=task["task"])
        kind = {"signal": "good", "outside my domain": "warn"}.get(said.verdict, "")
        address = link("/cell", task=task["task"], perturbation=asked)
        answers.append(
            f'<p>{chip(said.verdict, kind)} <a href="{address}"><b>{escape(said.perturbation.name)}</b>: '
            f"{escape(task['title'])}</a><br><span class='muted small'>{escape(said.verdict_reason)} Baseline: "
            f"{escape(said.baseline_name)}. {escape(said.model_name)}.</span></p>"
        )
    if not answers and not table:
        return _none(
            "No virtual cell can be asked about it.", "A virtual cell answers for what its data hold.", "/cell", "Cell"
        )
    return "".join(answers) + table


def _questions(lab: Lab, who: dict[str, str]) -> list[tuple[dict[str, Any], str]]:
    """What a virtual cell can be asked about it: task and perturbation, one a task, simulated ones last."""
    found = []
    for task in sorted(lab.cells.tasks(), key=lambda task: task["simulated"]):
        if not task["version"]:
            continue
        known = lab.cells.perturbations(task["task"])
        if "gene" in who:
            mine = known[known["gene"] == who["gene"]]
        else:
            mine = known[known["perturbation_id"].str.contains(who["compound"], regex=False)]
        if len(mine):
            found.append((task, mine["perturbation_id"].iloc[0]))
        elif "gene" in who and task["kind"] == "over-expression" and not task["simulated"]:
            found.append((task, f"over-expression:{who['gene']}"))
    return found


def _why(lab: Lab, who: dict[str, str]) -> str:
    """The best supported claims behind the first prediction."""
    for task, asked in _questions(lab, who):
        claims = ExplanationView(lab.cells.explain(lab.cells.predict(asked, task=task["task"]))).data().head(MAX_CLAIMS)
        if claims.empty:
            continue
        rows = "".join(
            f"<tr><td>{escape(row.statement)}</td><td>{chip(row.verdict, CLAIM_KIND[row.verdict])}</td></tr>"
            for row in claims.itertuples(index=False)
        )
        address = link("/cell", task=task["task"], perturbation=asked)
        return f'<table class="plain">{rows}</table><p><a href="{address}">All claims with their nulls →</a></p>'
    return _none("No claim can be made.", "Claims explain a prediction of the virtual cell.", "/cell", "Cell")


def _relations(lab: Lab, key: str, is_gene: bool) -> str:
    if not is_gene:
        targets = lab.entities.targets(key)
        names = ", ".join(f'<a href="{_gene(name)}">{escape(name)}</a>' for name in targets)
        return names or '<p class="muted">No annotated target.</p>'
    frame = lab.entities.relations(key)
    drugs = lab.entities.compounds_of_target(key)
    parts = []
    if len(drugs):
        names = ", ".join(
            f'<a href="{link("/entity", kind="compound", id=row.inchikey)}">{escape(row.name or row.inchikey)}</a>'
            for row in drugs.head(20).itertuples(index=False)
        )
        parts.append(f"<p>Compounds annotated with it as target: {names}</p>")
    for network, rows in frame.groupby("network"):
        partners = sorted({row.target if row.source == key else row.source for row in rows.itertuples(index=False)})
        shown = ", ".join(f'<a href="{_gene(name)}">{escape(name)}</a>' for name in partners[:MAX_RELATIONS])
        more = f" and {len(partners) - MAX_RELATIONS} more" if len(partners) > MAX_RELATIONS else ""
        parts.append(f"<p>{chip(f'{network}: {len(partners)}')} {shown}{more}</p>")
    sets = lab.entities.gene_sets(key)
    if len(sets):
        named = "".join(
            chip(row.gene_set, title=f"{row.collection}, {row.n} genes") for row in sets.head(10).itertuples()
        )
        parts.append(f"<p>Smallest of its {len(sets)} gene sets: {named}</p>")
    return "".join(parts) or _none("No relation is known.", "Import a network, e.g. your own pairs.", "/data", "Data")


def _molecule(lab: Lab, compound: Any) -> str:
    if not compound.smiles:
        return '<p class="muted">The structure is not in the catalog, so there is nothing to draw in 3D.</p>'
    rows = "".join(
        f'<tr><td><a href="{link("/molecules", ensemble=row["ensemble_id"])}">{row["n_conformers"]} conformers</a></td>'
        f"<td>{escape(str(row['engine']))}</td></tr>"
        for row in lab.molecules.ensembles(compound.inchikey)[:5]
    )
    table = f'<table class="plain">{rows}</table>' if rows else '<p class="muted">No conformers yet.</p>'
    address = link("/molecules", smiles=compound.smiles)
    return f'{table}<p><a href="{address}">Open as molecule, view in 3D →</a></p>'


def _cohorts(lab: Lab, who: dict[str, str]) -> str:
    ids = {row["perturbation_id"] for row in lab.maps.where(**who)}
    found = [cohort for cohort in lab.maps.cohorts() if ids & set(cohort.entities)]
    if not found:
        return '<p class="muted">It is in no saved cohort. A lasso on a map makes one.</p>'
    return "".join(
        f'<p><a href="{link("/explore", map=c.map_id, cohort=c.cohort_id)}">{escape(c.name)}</a> '
        f'<span class="muted small">{len(c.entities)} members, by {escape(c.person)}</span></p>'
        for c in found
    )


def _hypotheses(lab: Lab, who: dict[str, str]) -> str:
    rows = "".join(
        f'<p><a href="{link("/hypothesis", id=item.handle)}"><b>{item.handle}</b> {escape(item.statement)}</a> '
        f"{chip(item.state)} {chip(item.outcome['outcome']) if item.outcome else ''}</p>"
        for item in lab.hypotheses.list(**who)
    )
    if rows:
        return rows
    if "gene" in who:
        address = link("/cell", task="l1000_orf", perturbation=f"over-expression:{who['gene']}")
        return f'<p class="muted">Nothing is queued.</p><p><a href="{address}">Ask the cell and queue it as hypothesis →</a></p>'
    return '<p class="muted">Nothing is queued about it.</p>'


def _none(title: str, text: str, address: str, action: str) -> str:
    return (
        f'<p>{escape(title)} <span class="muted">{escape(text)}</span> <a href="{address}">{escape(action)} →</a></p>'
    )
