// Conformers in 3D: one viewer, one WebGL context. Joined behind 3Dmol's module by viewer3d.py, so createViewer is here.
const WB_STYLE = `
.wb3d { position: relative; width: 100%; box-sizing: border-box; border-radius: 8px; overflow: hidden;
  border: 1px solid var(--wb-line, #8884); color: var(--wb-ink, inherit); background: var(--wb-surface, transparent); font: 13px/1.4 Roboto, system-ui, sans-serif; }
.wb3d .stage { position: absolute; inset: 0; }
.wb3d .bar { position: absolute; top: 8px; right: 8px; display: flex; gap: 6px; z-index: 2; }
.wb3d .bar button { font: inherit; color: inherit; cursor: pointer; padding: 3px 9px; border-radius: 6px;
  border: 1px solid var(--wb-line, #8886); background: var(--wb-surface, transparent); }
.wb3d .bar button:hover { border-color: var(--wb-accent, #0B6E7F); }
.wb3d .bar button:focus-visible { outline: 2px solid var(--wb-accent, #0B6E7F); outline-offset: 1px; }
.wb3d .words { position: absolute; left: 10px; bottom: 8px; right: 10px; z-index: 2; pointer-events: none;
  opacity: .85; font-variant-numeric: tabular-nums; text-shadow: 0 0 3px var(--wb-surface, #fff); }
.wb3d .plain { padding: 24px; text-align: center; max-width: 460px; margin: 0 auto; }
.wb3d .plain svg { width: 100%; height: auto; max-height: 300px; }`;
// Middle tones that stand on a white and on a dark ground alike.
const WB_ELEMENTS = { C: "#7c8894", H: "#b4bcc6", N: "#4a78e0", O: "#e0443a", S: "#c79a1a", P: "#e08a1e", F: "#3fb36b",
  Cl: "#2fa84f", Br: "#a8492e", I: "#8a4fc0", B: "#e09a86", Si: "#b99a6b" };
const WB_OTHER = "#c06ab8";

// Panel's JSComponent hands over properties as attributes, anywidget a get/set model: one face for both.
function wbModel(model) {
  if (typeof model.get === "function") return model;
  return {
    get: (name) => model[name],
    set: (name, value) => { model[name] = value; },
    save_changes: () => {},
    on: (event, call) => model.on(event.replace("change:", ""), call),
  };
}

function wbHasWebGL() {
  const probe = document.createElement("canvas");
  const context = probe.getContext("webgl2") || probe.getContext("webgl");
  const lose = context && context.getExtension("WEBGL_lose_context");
  if (lose) lose.loseContext();
  return Boolean(context);
}

function wbRecords(sdf) {
  return sdf.split("$$$$").map((text) => text.replace(/^\r?\n/, "")).filter((text) => text.trim());
}

function wbMeasure(points) {
  const minus = (a, b) => [a.x - b.x, a.y - b.y, a.z - b.z];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const length = (a) => Math.sqrt(dot(a, a));
  const degrees = 180 / Math.PI;
  const [a, b, c, d] = points;
  if (points.length === 2) return `${length(minus(a, b)).toFixed(2)} Å`;
  if (points.length === 3) {
    const u = minus(a, b), v = minus(c, b);
    return `${(Math.acos(Math.max(-1, Math.min(1, dot(u, v) / (length(u) * length(v))))) * degrees).toFixed(1)}°`;
  }
  if (points.length === 4) {
    const u = minus(b, a), v = minus(c, b), w = minus(d, c);
    const n = cross(u, v), m = cross(v, w);
    return `${(Math.atan2(length(v) * dot(u, m), dot(n, m)) * degrees).toFixed(1)}°`;
  }
  return "";
}

class WorkbenchViewer {
  constructor(model, box) {
    this.model = model;
    this.box = box;
    this.drawn = new Map(); // conformer -> 3Dmol model
    this.picks = [];
    this.viewer = null;
  }

  start() {
    const { stage } = this.box;
    this.viewer = createViewer(stage, { backgroundAlpha: 0, disableFog: true, antialias: true });
    this.viewer.setBackgroundColor(0xffffff, 0);
    this.box.root.viewer = this.viewer; // for tests: places of atoms on the screen
    this.load();
    this.observer = new ResizeObserver(() => {
      if (stage.clientWidth && stage.clientHeight) { this.viewer.resize(); this.viewer.render(); }
    });
    this.observer.observe(stage);
  }

  load() {
    this.viewer.removeAllModels();
    this.drawn.clear();
    this.picks = [];
    this.records = wbRecords(this.model.get("sdf") || "");
    this.draw();
    this.fit();
    this.viewer.render();
  }

  fit() { // the library fits the height alone: a narrow place needs more distance
    const { stage } = this.box;
    this.viewer.zoomTo();
    this.viewer.zoom(Math.min(1.1, 0.85 * stage.clientWidth / stage.clientHeight));
  }

  shown() {
    const n = this.records.length;
    const wanted = this.model.get("shown") || [];
    const selected = this.model.get("selected");
    const all = new Set(wanted.filter((i) => i >= 0 && i < n));
    if (selected >= 0 && selected < n) all.add(selected);
    return all;
  }

  draw() {
    const shown = this.shown();
    const selected = this.model.get("selected");
    for (const [i, drawn] of this.drawn) if (!shown.has(i)) drawn.hide();
    for (const i of shown) {
      if (!this.drawn.has(i)) {
        const made = this.viewer.addModel(this.records[i], "sdf", { keepH: true });
        made.setClickable({}, true, (atom) => this.clicked(i, atom));
        this.drawn.set(i, made);
      }
      const drawn = this.drawn.get(i);
      drawn.show();
      this.paint(drawn, i, i === selected || shown.size === 1, shown.size);
    }
    this.mark();
    this.viewer.render();
  }

  paint(drawn, i, first, n) {
    const style = this.model.get("style");
    const own = (this.model.get("colours") || [])[i] || WB_ELEMENTS.C;
    const by = this.model.get("colour");
    const look = by === "conformer"
      ? { color: own }
      : { colorscheme: { prop: "elem", map: { ...WB_ELEMENTS, ...(first || n === 1 ? {} : { C: own }) } } };
    const thin = !first && n > 1;
    const styles = {
      stick: { stick: { radius: thin ? 0.045 : 0.15, ...look } },
      ball: { stick: { radius: thin ? 0.04 : 0.1, ...look }, sphere: { scale: thin ? 0.1 : 0.25, ...look } },
      line: { line: { linewidth: thin ? 1 : 3, ...look } },
    };
    drawn.setStyle({}, styles[style] || styles.stick);
    const hide = this.model.get("hydrogens") === "none" ? { elem: "H" }
      : this.model.get("hydrogens") === "polar" ? { elem: "H", predicate: (atom) => this.onCarbon(drawn, atom) } : null;
    if (hide) drawn.setStyle(hide, {});
  }

  onCarbon(drawn, atom) {
    return atom.bonds.length === 1 && drawn.selectedAtoms({ index: atom.bonds[0] }).some((other) => other.elem === "C");
  }

  clicked(i, atom) {
    if (this.model.get("measure")) {
      if (this.picks.length === 4 || (this.picks.length && this.picks[0].i !== i)) this.picks = [];
      const again = this.picks.findIndex((pick) => pick.atom === atom);
      if (again >= 0) this.picks.splice(again, 1); else this.picks.push({ i, atom });
      this.model.set("picked", this.picks.map((pick) => [pick.i, pick.atom.index]));
    }
    this.model.set("selected", i);
    this.model.save_changes();
    this.draw();
  }

  mark() {
    this.viewer.removeAllShapes();
    const points = this.picks.map(({ atom }) => ({ x: atom.x, y: atom.y, z: atom.z }));
    points.forEach((center, k) => {
      this.viewer.addSphere({ center, radius: 0.36, color: "#E8590C", alpha: 0.55 });
      if (k) this.viewer.addCylinder({ start: points[k - 1], end: center, radius: 0.05, color: "#E8590C", dashed: true });
    });
    this.say(points);
  }

  say(points) {
    const selected = this.model.get("selected");
    const notes = this.model.get("notes") || [];
    const names = this.picks.map(({ atom }) => `${atom.elem}${atom.index + 1}`).join("–");
    const kind = { 2: "distance", 3: "angle", 4: "torsion" }[points.length];
    const measured = kind ? `${kind} ${names}: ${wbMeasure(points)}` : "";
    const waits = !this.model.get("measure") || kind ? ""
      : names ? `${names} picked; click a second atom for the distance`
        : "Click two atoms for a distance, three for an angle, four for a torsion";
    this.box.words.textContent = [notes[selected] || "", measured || waits].filter(Boolean).join("   ·   ");
    if (this.model.get("measured") !== measured) {
      this.model.set("measured", measured);
      this.model.save_changes();
    }
  }

  measureChanged() {
    if (!this.model.get("measure")) this.picks = [];
    this.draw();
  }

  reset() {
    this.viewer.setView([0, 0, 0, 0, 0, 0, 0, 1]);
    this.fit();
    this.viewer.render();
  }

  picture() {
    const link = document.createElement("a");
    link.download = `${this.model.get("file_name") || "conformers"}.png`;
    link.href = this.viewer.pngURI();
    link.click();
  }

  end() {
    if (this.observer) this.observer.disconnect();
    if (!this.viewer) return;
    this.viewer.removeAllModels();
    const canvas = this.viewer.getCanvas();
    const context = canvas && (canvas.getContext("webgl2") || canvas.getContext("webgl"));
    const lose = context && context.getExtension("WEBGL_lose_context");
    if (lose) lose.loseContext(); // a browser keeps about sixteen contexts: give ours back at once
    this.viewer = null;
  }
}

function wbBox(model, el) {
  const root = document.createElement("div");
  root.className = "wb3d";
  root.style.height = `${model.get("height_px")}px`;
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", model.get("title") || "Conformers in 3D");
  const style = document.createElement("style");
  style.textContent = WB_STYLE;
  const stage = document.createElement("div");
  stage.className = "stage";
  const words = document.createElement("div");
  words.className = "words";
  words.setAttribute("aria-live", "polite");
  root.append(stage, words);
  el.append(style, root);
  return { root, stage, words };
}

function wbBar(root, actions) {
  const bar = document.createElement("div");
  bar.className = "bar";
  for (const [name, hint, act] of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.title = hint;
    button.addEventListener("click", act);
    bar.append(button);
  }
  root.append(bar);
}

function wbPlain(model, box) {
  box.stage.remove();
  box.root.style.height = "auto";
  const plain = document.createElement("div");
  plain.className = "plain";
  plain.innerHTML = model.get("fallback") || ""; // an SVG drawn by the server
  const words = document.createElement("p");
  words.textContent = "This browser offers no WebGL, so the structure is drawn flat. "
    + "Energies and RMSD are in the table; the SDF opens in any viewer.";
  plain.append(words);
  box.root.append(plain);
}

function workbenchRender({ model: given, el }) {
  const model = wbModel(given);
  const box = wbBox(model, el);
  if (!wbHasWebGL()) {
    wbPlain(model, box);
    return undefined;
  }
  const own = new WorkbenchViewer(model, box);
  let frame = requestAnimationFrame(function begin() {
    if (!box.stage.clientWidth) { frame = requestAnimationFrame(begin); return; } // hidden tab: wait until it has a size
    own.start();
    wbBar(box.root, [
      ["Reset", "Turn and zoom back to the whole molecule", () => own.reset()],
      ["PNG", "Save this picture", () => own.picture()],
    ]);
  });
  const redraw = () => own.viewer && own.draw();
  for (const name of ["shown", "selected", "style", "colour", "colours", "hydrogens", "notes"]) {
    model.on(`change:${name}`, redraw);
  }
  model.on("change:sdf", () => own.viewer && own.load());
  model.on("change:measure", () => own.viewer && own.measureChanged());
  const end = () => {
    cancelAnimationFrame(frame);
    own.end();
    box.root.remove();
  };
  if (model === given) return end; // anywidget calls what render returns
  given.on("remove", end);
  return undefined;
}

export default { render: workbenchRender };
