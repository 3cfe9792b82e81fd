// The board: columns of cards. A click opens, a tick (or the space bar) chooses; arrow keys walk over the cards.
const CSS = `
:host { display: block; width: 100%; }
.board { display: grid; gap: 10px; overflow-x: auto;
  font: 14px/1.45 Roboto, system-ui, sans-serif; color: var(--wb-ink, #1B2126); padding-bottom: 6px; }
.column { min-width: 0; background: color-mix(in srgb, var(--wb-line, #DFE3E8) 38%, transparent); border-radius: 10px;
  padding: 8px; min-height: 320px; }
.column.thin { padding: 10px 0; cursor: default; }
.thin .head { writing-mode: vertical-rl; padding: 0; margin: 0 auto; }
.head { display: flex; align-items: baseline; gap: 8px; padding: 2px 4px 8px; }
.head b { font-weight: 600; font-size: 15px; }
.head span { color: var(--wb-muted, #57606A); font-variant-numeric: tabular-nums; }
.head button { margin-left: auto; border: 0; background: none; color: var(--wb-accent, #0B6E7F); font: inherit;
  font-size: 13px; cursor: pointer; padding: 0 2px; }
.hint, .more { color: var(--wb-muted, #57606A); font-size: 13px; padding: 4px; }
.card { position: relative; background: var(--wb-surface, #fff); border: 1px solid var(--wb-line, #DFE3E8);
  border-radius: 9px; padding: 9px 10px 8px; margin-bottom: 8px; cursor: pointer; outline: none; }
.card:hover { border-color: var(--wb-accent, #0B6E7F); }
.card:focus-visible { box-shadow: 0 0 0 2px var(--wb-accent, #0B6E7F); }
.card[aria-checked=true] { border-color: var(--wb-accent, #0B6E7F); background: var(--wb-wash, #E7F3F5); }
.top { display: flex; align-items: center; gap: 6px; font-size: 13px; color: var(--wb-muted, #57606A); }
.top a { color: inherit; text-decoration: none; font-weight: 500; }
.top input { margin: 0 0 0 auto; width: 16px; height: 16px; accent-color: var(--wb-accent, #0B6E7F); }
.who { display: inline-flex; align-items: center; gap: 4px; min-width: 0; }
.who i { font-style: normal; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 74px; }
.who svg { width: 15px; height: 15px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; }
.say { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; margin: 4px 0 5px;
  font-weight: 500; overflow-wrap: anywhere; }
.why { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; font-size: 13px;
  color: var(--wb-muted, #57606A); margin-top: 4px; overflow-wrap: anywhere; }
.low { display: flex; flex-wrap: wrap; gap: 4px 6px; margin-top: 6px; font-size: 12px; }
.chip { border: 1px solid var(--wb-line, #DFE3E8); border-radius: 99px; padding: 0 7px; line-height: 19px;
  color: var(--wb-muted, #57606A); white-space: nowrap; }
.chip.good { color: var(--wb-good, #1B7F4B); border-color: currentColor; }
.chip.warn { color: var(--wb-warn, #8F5B00); border-color: currentColor; }
.chip.bad { color: var(--wb-bad, #B3261E); border-color: currentColor; }
.chip.tag { border-color: transparent; background: color-mix(in srgb, var(--wb-line, #DFE3E8) 55%, transparent);
  overflow: hidden; text-overflow: ellipsis; max-width: 100%; box-sizing: border-box; }
.chip.simulated { color: var(--wb-warn, #8F5B00); border: 1px dashed currentColor; }
`;
const PERSON = '<svg viewBox="0 0 24 24" role="img" aria-label="a person"><circle cx="12" cy="8" r="4"/>'
  + '<path d="M4 21c0-4.5 3.5-7 8-7s8 2.5 8 7"/></svg>';
const MACHINE = '<svg viewBox="0 0 24 24" role="img" aria-label="the machine"><rect x="5" y="8" width="14" height="11" '
  + 'rx="2.5"/><path d="M12 8V4M2.5 13v3M21.5 13v3M9 15.5h6"/><path d="M9.5 11.8v.1M14.5 11.8v.1" '
  + 'stroke-width="2.6" stroke-linecap="round"/></svg>';

const make = (tag, name, text, title) => {
  const node = document.createElement(tag);
  node.className = name;
  if (text !== undefined) { node.textContent = text; }
  if (title) { node.title = title; }
  return node;
};

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = CSS;
  const board = make("div", "board");
  el.append(style, board);

  let chosen = [];  // what is ticked is known here; Python is told, and never answers back
  const tell = (handles) => {
    chosen = handles;
    model.send_msg({chosen});
    marks();
  };
  const choose = (handles, on) => {
    const rest = chosen.filter((handle) => !handles.includes(handle));
    tell(on ? [...rest, ...handles] : rest);
  };
  const marks = () => {
    for (const card of board.querySelectorAll(".card")) {
      const on = chosen.includes(card.dataset.handle);
      card.setAttribute("aria-checked", String(on));
      card.querySelector("input").checked = on;
    }
    for (const button of board.querySelectorAll(".head button")) {
      const handles = JSON.parse(button.dataset.handles);
      button.textContent = handles.every((handle) => chosen.includes(handle)) ? "clear" : "choose all";
    }
  };
  const walk = (event, card) => {
    const column = card.parentElement;
    const columns = [...board.children];
    const cards = [...column.querySelectorAll(".card")];
    const place = cards.indexOf(card);
    let next = null;
    if (event.key === "ArrowDown") { next = cards[place + 1]; }
    if (event.key === "ArrowUp") { next = cards[place - 1]; }
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const step = event.key === "ArrowRight" ? 1 : -1;
      for (let i = columns.indexOf(column) + step; columns[i] && !next; i += step) {
        const there = columns[i].querySelectorAll(".card");
        next = there[Math.min(place, there.length - 1)];
      }
    }
    if (next) { next.focus(); event.preventDefault(); }
  };
  const draw = (facts) => {
    const card = make("div", "card");
    card.dataset.handle = facts.handle;
    card.tabIndex = 0;
    card.setAttribute("role", "checkbox");
    card.setAttribute("aria-label", `${facts.handle}: ${facts.statement}`);
    const top = make("div", "top");
    const link = make("a", "", facts.handle, "Open this hypothesis");
    link.href = `/hypothesis?id=${encodeURIComponent(facts.handle)}`;
    const who = make("span", "who", undefined, facts.machine ? "Proposed by the machine" : `Queued by ${facts.author}`);
    who.innerHTML = facts.machine ? MACHINE : PERSON;
    who.append(make("i", "", facts.machine ? "machine" : facts.author));
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.tabIndex = -1;
    tick.setAttribute("aria-label", `choose ${facts.handle}`);
    tick.addEventListener("click", (event) => { event.stopPropagation(); choose([facts.handle], tick.checked); });
    top.append(link, who, tick);
    const drawing = make("div", "drawing");
    drawing.innerHTML = facts.drawing;
    card.append(top, make("div", "say", facts.statement, facts.statement), drawing);
    if (facts.reason) { card.append(make("div", "why", facts.reason, facts.reason)); }
    const low = make("div", "low");
    if (facts.priority) { low.append(make("span", `chip ${facts.urgent ? "warn" : ""}`, facts.priority, `Priority: ${facts.priority}`)); }
    if (facts.outcome) { low.append(make("span", `chip ${facts.kind}`, facts.outcome)); }
    else if (facts.verdict) { low.append(make("span", "chip", facts.verdict, "What the virtual cell says of it")); }
    if (facts.score) { low.append(make("span", "chip", `score ${facts.score}`, facts.reason)); }
    if (facts.cost) { low.append(make("span", "chip", facts.cost, "Wells it takes, one a replicate")); }
    for (const tag of facts.tags) { low.append(make("span", "chip tag", `#${tag}`, `Tag: ${tag}`)); }
    if (facts.simulated) { low.append(make("span", "chip simulated", "simulated")); }
    card.append(low);
    const open = () => { link.click(); };
    link.addEventListener("click", (event) => event.stopPropagation());
    card.addEventListener("click", open);
    card.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { open(); }
      if (event.key === " " || event.key === "x") {
        choose([facts.handle], !chosen.includes(facts.handle));
        event.preventDefault();
      }
      if (event.key.startsWith("Arrow")) { walk(event, card); }
    });
    return card;
  };
  const drawn = new Map();  // handle -> card and its facts: a card that says the same stays, also under the mouse
  const keep = (facts) => {
    const said = JSON.stringify(facts);
    if (drawn.get(facts.handle)?.said !== said) { drawn.set(facts.handle, {said, card: draw(facts)}); }
    return drawn.get(facts.handle).card;
  };
  const forget = (handles) => {
    for (const handle of drawn.keys()) { if (!handles.includes(handle)) { drawn.delete(handle); } }
    if (chosen.some((handle) => !handles.includes(handle))) { tell(chosen.filter((handle) => handles.includes(handle))); }
  };
  // Moving a node takes its focus and any half-made click, so what is in its place already is left alone.
  const place = (column, nodes) => {
    nodes.forEach((node, i) => {
      if (column.children[i] !== node) { column.insertBefore(node, column.children[i] ?? null); }
    });
    while (column.children.length > nodes.length) { column.lastChild.remove(); }
  };
  const columns = new Map();
  const fill = () => {
    const focused = el.getRootNode().activeElement?.dataset?.handle;
    const filled = model.stages.filter((stage) => stage.cards.length).length;
    const thin = (stage) => filled > 2 && !stage.cards.length;  // little room: what is empty becomes a strip
    const width = (stage) => thin(stage) ? "38px" : stage.cards.length ? "minmax(160px, 2fr)" : "minmax(92px, 1fr)";
    board.style.gridTemplateColumns = model.stages.map(width).join(" ");
    for (const stage of model.stages) {
      const column = columns.get(stage.name) ?? make("section", "");
      columns.set(stage.name, column);
      column.className = thin(stage) ? "column thin" : "column";
      column.title = thin(stage) ? stage.hint : "";
      column.setAttribute("aria-label", `${stage.name}: ${stage.count}`);
      const head = make("div", "head");
      head.append(make("b", "", stage.name), make("span", "", stage.count));
      if (stage.cards.length > 1 && stage.name !== "Resolved") {
        const all = make("button", "", "choose all");
        const handles = stage.cards.map((facts) => facts.handle);
        all.dataset.handles = JSON.stringify(handles);
        all.addEventListener("click", () => {
          choose(handles, !handles.every((handle) => chosen.includes(handle)));
        });
        head.append(all);
      }
      const nodes = [head];
      if (!stage.cards.length && !thin(stage)) { nodes.push(make("div", "hint", stage.hint)); }
      for (const facts of stage.cards) { nodes.push(keep(facts)); }
      if (stage.more) { nodes.push(make("div", "more", `and ${stage.more} more: see the table`)); }
      if (column.firstChild) { column.firstChild.replaceWith(head); }
      place(column, nodes);
    }
    place(board, model.stages.map((stage) => columns.get(stage.name)));
    forget(model.stages.flatMap((stage) => stage.cards.map((facts) => facts.handle)));
    marks();
    if (focused && el.getRootNode().activeElement?.dataset?.handle !== focused) { drawn.get(focused)?.card.focus(); }
  };
  model.on("stages", fill);
  fill();
  model.send_msg({chosen});  // drawn anew, a board has no ticks
}
