// The sketcher's frame inside a page: passes structures between JSME and Python. Nothing leaves this host.
export function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "Structure sketcher";
  frame.src = model.address;
  frame.style.cssText = `width:100%;height:${model.height_px}px;border:1px solid var(--wb-line,#8884);`
    + "border-radius:8px;background:#fff;box-sizing:border-box;display:block";
  const put = () => frame.contentWindow && frame.contentWindow.postMessage(
    { mol: model.mol }, window.location.origin);
  const hear = (event) => {
    if (event.source !== frame.contentWindow || event.origin !== window.location.origin) return;
    if (!event.data || !event.data.sketcher) return;
    if (event.data.ready) { model.ready = true; put(); } else { model.smiles = String(event.data.smiles); }
  };
  window.addEventListener("message", hear);
  model.on("mol", put);
  el.append(frame);
  model.on("remove", () => window.removeEventListener("message", hear));
}
