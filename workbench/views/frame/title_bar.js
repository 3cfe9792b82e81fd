// The head of a page: a sentence, chips, the Python line behind the page, and the switch of the inspector.

export function render({model, el}) {
  const head = document.createElement("div");
  head.className = "head";
  head.innerHTML = `<div class="words"><h1></h1><div class="chips"></div></div>
    <button class="python" aria-expanded="false" title="The lines that make this in a notebook">Python</button>
    <button class="inspect"></button>
    <div class="code" hidden><pre></pre><button class="copy">Copy</button></div>`;
  el.append(head);
  const get = (name) => head.querySelector(name);
  const [python, inspect, code, copy] = [".python", ".inspect", ".code", ".copy"].map(get);
  const lines = () => `import workbench as wb\nlab = wb.open()\n${model.python}`;
  const stand = () => {
    if (!model.ready) { return; }
    document.getElementById("first")?.remove();  // what stood here before the scripts had started
    if (head.dataset.ready !== "yes") { performance.mark("workbench:stands"); }
    head.dataset.ready = "yes";
  };
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
    if (model.ready) { requestAnimationFrame(stand); } else { head.dataset.ready = "no"; }
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
