// The head of a page: a sentence, chips, the Python line behind the page, and the switch of the inspector.
const CSS = `
:host { display: block; width: 100%; }
.head { display: flex; align-items: flex-start; gap: 16px; color: var(--wb-ink);
  font: 15px/1.4 Roboto, system-ui, sans-serif; position: relative; scroll-margin: 60px; }
.words { flex: 1; min-width: 0; }
h1 { font-size: 22px; font-weight: 600; line-height: 1.25; letter-spacing: -.01em; margin: 0; text-wrap: pretty; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; }
.chips:empty { display: none; }
.chip { max-width: 340px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; padding: 1px 10px;
  font-size: 13px; line-height: 21px; color: var(--wb-muted); border: 1px solid var(--wb-line); border-radius: 999px;
  background: var(--wb-surface); }
.chip.simulated { color: var(--wb-warn); border: 1px dashed currentColor; background: repeating-linear-gradient(45deg,
  transparent 0 5px, color-mix(in srgb, currentColor 16%, transparent) 5px 6px); }
button { font: 500 14px/1 Roboto, system-ui, sans-serif; height: 34px; padding: 0 12px; cursor: pointer;
  color: var(--wb-muted); background: var(--wb-surface); border: 1px solid var(--wb-line); border-radius: 8px;
  white-space: nowrap; }
button:hover, button[aria-expanded=true] { color: var(--wb-ink); border-color: var(--wb-muted); }
button:focus-visible { outline: 2px solid var(--wb-accent); outline-offset: 1px; }
button[hidden], .code[hidden] { display: none; }
.code { position: absolute; z-index: 1500; right: 0; top: 40px; max-width: min(720px, 90%); padding: 12px 14px;
  background: var(--wb-raised); border: 1px solid var(--wb-line); border-radius: 10px;
  box-shadow: 0 10px 32px rgba(0, 0, 0, .22); }
pre { margin: 0 0 10px; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
`;

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = CSS;
  const head = document.createElement("div");
  head.className = "head";
  head.innerHTML = `<div class="words"><h1></h1><div class="chips"></div></div>
    <button class="python" aria-expanded="false" title="The lines that make this in a notebook">Python</button>
    <button class="inspect"></button>
    <div class="code" hidden><pre></pre><button class="copy">Copy</button></div>`;
  el.append(style, head);
  const get = (name) => head.querySelector(name);
  const [python, inspect, code, copy] = [".python", ".inspect", ".code", ".copy"].map(get);
  const lines = () => `import workbench as wb\nlab = wb.open()\n${model.python}`;
  const draw = () => {
    get("h1").textContent = model.sentence;
    if (model.sentence) { document.title = `${model.sentence} · workbench`; }
    get(".chips").replaceChildren(...model.chips.map((text) => {
      const chip = document.createElement("span");
      chip.className = /simulated/i.test(text) ? "chip simulated" : "chip";
      chip.textContent = chip.title = text;
      return chip;
    }));
    python.hidden = !model.python;
    get("pre").textContent = lines();
    inspect.hidden = !model.has_inspector;
    inspect.textContent = model.inspector_open ? "Hide details" : "Show details";
    inspect.setAttribute("aria-expanded", String(model.inspector_open));
    head.dataset.ready = model.ready ? "yes" : "no";
  };
  const unfold = (open) => {
    code.hidden = !open;
    python.setAttribute("aria-expanded", String(open));
    copy.textContent = "Copy";
  };
  python.addEventListener("click", () => unfold(code.hidden));
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(lines()).then(() => { copy.textContent = "Copied"; });
  });
  inspect.addEventListener("click", () => { model.inspector_open = !model.inspector_open; });
  const outside = (event) => { if (!event.composedPath().includes(head)) { unfold(false); } };
  const escape = (event) => { if (event.key === "Escape") { unfold(false); } };
  const leave = () => {
    head.dataset.ready = "no";
    unfold(false);
    head.scrollIntoView({block: "nearest"});
  };
  document.addEventListener("pointerdown", outside);
  document.addEventListener("keydown", escape);
  window.addEventListener("workbench:leave", leave);
  for (const name of ["sentence", "chips", "python", "has_inspector", "inspector_open", "ready"]) {
    model.on(name, draw);
  }
  draw();
  model.on("remove", () => {
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("keydown", escape);
    window.removeEventListener("workbench:leave", leave);
  });
}
