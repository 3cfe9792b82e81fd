// The global search box: suggests while typing, grouped; arrow keys, Enter, Escape; Ctrl/⌘K focuses.
const NAMES = {gene: "Genes", compound: "Compounds", molecule: "Open as molecule", dataset: "Data sets",
  hypothesis: "Hypotheses", experiment: "Experiments", model: "Model versions"};
const CSS = `
:host { display: block; width: 100%; }
.box { position: relative; width: 100%; max-width: 620px; margin: 0 auto; font: 15px/1.4 Roboto, system-ui, sans-serif;
  color: var(--wb-ink); }
input { box-sizing: border-box; width: 100%; height: 38px; padding: 0 72px 0 38px; font: inherit; color: inherit;
  background: var(--wb-ground); border: 1px solid var(--wb-line); border-radius: 9px; outline: none;
  text-overflow: ellipsis; }
input::placeholder { color: var(--wb-muted); opacity: 1; }
input:focus { border-color: var(--wb-accent); box-shadow: 0 0 0 1px var(--wb-accent); background: var(--wb-surface); }
.glass { position: absolute; left: 11px; top: 9px; width: 20px; height: 20px; fill: none; stroke: var(--wb-muted);
  stroke-width: 1.8; stroke-linecap: round; pointer-events: none; }
kbd { position: absolute; right: 9px; top: 8px; padding: 0 7px; font: 12px/20px Roboto, system-ui, sans-serif;
  color: var(--wb-muted); border: 1px solid var(--wb-line); border-radius: 5px; pointer-events: none; }
.list { position: absolute; z-index: 2000; top: 44px; left: 0; right: 0; max-height: 70vh; overflow: auto;
  background: var(--wb-raised); border: 1px solid var(--wb-line); border-radius: 10px; padding: 6px;
  box-shadow: 0 10px 32px rgba(0, 0, 0, .22); }
.list[hidden] { display: none; }
.group { padding: 8px 10px 3px; font-size: 13px; font-weight: 500; color: var(--wb-muted); }
.hit { display: flex; align-items: baseline; gap: 10px; padding: 6px 10px; border-radius: 6px; color: inherit;
  text-decoration: none; }
.hit[aria-selected=true] { background: var(--wb-wash); }
.hit b { font-weight: 500; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 60%; }
.hit i { font-style: normal; font-size: 14px; color: var(--wb-muted); overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; flex: 1; min-width: 0; }
.note { padding: 8px 10px; color: var(--wb-muted); }
`;

const element = (tag, name, text) => {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
};

export function render({model, el}) {
  const style = element("style", "", CSS);
  const box = element("div", "box", "");
  box.innerHTML = `<svg class="glass" viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5"/>
    <path d="m15.5 15.5 5 5"/></svg>
    <input type="text" role="combobox" aria-label="Search a gene, compound, SMILES, data set or hypothesis"
      aria-expanded="false" aria-controls="wb-hits" aria-autocomplete="list" autocomplete="off" spellcheck="false"
      placeholder="Search a gene, compound, SMILES, data set, H-12 …">
    <kbd>${navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K"}</kbd>
    <div class="list" id="wb-hits" role="listbox" aria-label="Found" hidden></div>`;
  el.append(style, box);
  const input = box.querySelector("input");
  const list = box.querySelector(".list");
  let chosen = 0;
  let links = [];
  let timer = 0;
  let follow = false;

  const mark = (place) => {
    chosen = links.length ? (place + links.length) % links.length : 0;
    links.forEach((link, i) => link.setAttribute("aria-selected", String(i === chosen)));
    if (links.length) {
      input.setAttribute("aria-activedescendant", links[chosen].id);
      links[chosen].scrollIntoView({block: "nearest"});
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  };
  const addHit = (hit) => {
    const link = element("a", "hit", "");
    link.href = hit.url;
    link.id = `wb-hit-${links.length}`;
    link.title = hit.detail ? `${hit.label}: ${hit.detail}` : hit.label;
    link.setAttribute("role", "option");
    link.tabIndex = -1;
    link.append(element("b", "", hit.label), element("i", "", hit.detail));
    const place = links.length;
    link.addEventListener("mousemove", () => { if (chosen !== place) { mark(place); } });
    links.push(link);
    list.append(link);
  };
  const draw = () => {
    const found = model.found;
    const text = input.value.trim();
    list.replaceChildren();
    links = [];
    if (!text) { show(false); return; }
    if (found.query !== text) {
      list.append(element("div", "note", "Searching …"));
      show(true);
      return;
    }
    if (found.message) { list.append(element("div", "note", found.message)); }
    for (const group of found.groups) {
      list.append(element("div", "group", NAMES[group.kind] || group.kind));
      group.hits.forEach(addHit);
    }
    show(true);
    mark(0);
    if (follow && links.length && !found.message) { links[0].click(); }
    follow = false;
  };
  input.addEventListener("input", () => {
    follow = false;
    clearTimeout(timer);
    draw();
    timer = setTimeout(() => { model.query = input.value.trim(); }, 110);
  });
  input.addEventListener("keydown", (event) => {
    const text = input.value.trim();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && text) {
      event.preventDefault();
      if (model.found.query === text) {
        if (links.length) { links[chosen].click(); }
      } else {  // the answer is on its way: follow its first hit when it comes
        follow = true;
        clearTimeout(timer);
        model.query = text;
      }
    } else if (event.key === "Escape") {
      if (!list.hidden) { show(false); } else { input.value = ""; input.blur(); }
    }
  });
  input.addEventListener("focus", () => { if (input.value.trim()) { draw(); } });
  const outside = (event) => { if (!event.composedPath().includes(box)) { show(false); } };
  const shortcut = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      input.focus();
      input.select();
    }
  };
  const leave = () => {
    input.value = "";
    show(false);
    input.blur();
  };
  document.addEventListener("pointerdown", outside);
  document.addEventListener("keydown", shortcut);
  window.addEventListener("workbench:leave", leave);
  model.on("found", draw);
  model.on("remove", () => {
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("keydown", shortcut);
    window.removeEventListener("workbench:leave", leave);
  });
}
