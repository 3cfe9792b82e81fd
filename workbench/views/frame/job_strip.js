// The strip at the bottom: what runs, how far it is, cancel; what is done, open it. Hidden when there is nothing to say.
const CSS = `
:host { display: block; }
.strip { position: fixed; bottom: 0; left: 200px; right: 0; z-index: 1190; padding: 5px 28px;
  background: var(--wb-raised); border-top: 1px solid var(--wb-line); color: var(--wb-ink);
  font: 14px/1.4 Roboto, system-ui, sans-serif; box-shadow: 0 -4px 16px rgba(0, 0, 0, .08); }
@media (max-width: 1180px) { .strip { left: 64px; } }
.strip[hidden] { display: none; }
.job { display: flex; align-items: center; gap: 14px; min-height: 36px; white-space: nowrap; }
.job b { font-weight: 500; flex: 0 1 auto; max-width: 40%; overflow: hidden; text-overflow: ellipsis; }
.job i { font-style: normal; color: var(--wb-muted); flex: 1; min-width: 0; overflow: hidden;
  text-overflow: ellipsis; }
.job.failed b { color: var(--wb-bad); }
.track { width: 130px; height: 6px; border-radius: 3px; background: var(--wb-line); overflow: hidden; flex: none; }
.fill { height: 100%; background: var(--wb-accent); transition: width .4s; }
.share { min-width: 38px; text-align: right; font-variant-numeric: tabular-nums; }
button, a { font: 500 14px/1 Roboto, system-ui, sans-serif; color: var(--wb-accent); background: none; border: 0;
  padding: 8px; border-radius: 6px; cursor: pointer; text-decoration: none; }
button:hover, a:hover { background: var(--wb-wash); }
button:focus-visible, a:focus-visible { outline: 2px solid var(--wb-accent); }
.more { color: var(--wb-muted); display: block; padding-bottom: 5px; }
`;

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = CSS;
  const strip = document.createElement("div");
  strip.className = "strip";
  strip.setAttribute("role", "status");
  strip.setAttribute("aria-label", "Jobs");
  el.append(style, strip);
  const part = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) { node.className = name; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  };
  const draw = () => {
    strip.replaceChildren();
    strip.hidden = model.jobs.length === 0;
    for (const job of model.jobs) {
      const row = part("div", `job ${job.state}`);
      row.append(part("b", "", job.title));
      if (job.state === "running") {
        const track = part("div", "track");
        const fill = part("div", "fill");
        fill.style.width = `${job.percent}%`;
        track.append(fill);
        track.setAttribute("role", "progressbar");
        track.setAttribute("aria-valuenow", job.percent);
        row.append(track, part("span", "share", `${job.percent} %`));
      }
      const now = part("i", "", job.text);
      now.title = job.text;
      row.append(now);
      if (job.state === "running" || job.state === "queued") {
        const stop = part("button", "", "Cancel");
        stop.setAttribute("aria-label", `Cancel ${job.title}`);
        stop.addEventListener("click", () => { stop.disabled = true; model.cancel = job.id; });
        row.append(stop);
      } else {
        if (job.url) {
          const link = part("a", "", "Open result");
          link.href = job.url;
          row.append(link);
        }
        const hide = part("button", "", "Dismiss");
        hide.setAttribute("aria-label", `Dismiss ${job.title}`);
        hide.addEventListener("click", () => { model.dismiss = job.id; });
        row.append(hide);
      }
      strip.append(row);
    }
    if (model.waiting) { strip.append(part("span", "more", `${model.waiting} waiting`)); }
  };
  model.on("jobs", draw);
  model.on("waiting", draw);
  draw();
}
