// A place to drop a file (or click to choose one): sent in parts, so that large files pass the websocket.
const PART = 512 * 1024;
const CSS = `
:host { display: block; width: 100%; }
.zone { box-sizing: border-box; border: 1.5px dashed var(--wb-muted, #57606A); border-radius: 10px; padding: 18px 14px;
  text-align: center; font: 15px/1.45 Roboto, system-ui, sans-serif; color: var(--wb-ink, #1B2126); cursor: pointer;
  background: var(--wb-ground, #F6F7F9); outline: none; overflow-wrap: anywhere; }
.zone:hover, .zone.over, .zone:focus-visible { border-color: var(--wb-accent, #0B6E7F); background: var(--wb-wash, #E7F3F5); }
.zone svg { width: 26px; height: 26px; fill: none; stroke: var(--wb-accent, #0B6E7F); stroke-width: 1.7;
  stroke-linecap: round; stroke-linejoin: round; }
.said { font-size: 13px; color: var(--wb-muted, #57606A); min-height: 18px; }
input { display: none; }
`;

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = CSS;
  const zone = document.createElement("div");
  zone.className = "zone";
  zone.tabIndex = 0;
  zone.setAttribute("role", "button");
  zone.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 15V4m0 0L8 8m4-4 4 4M4 15v4h16v-4"/></svg>'
    + '<div class="text"></div><div class="said" role="status"></div><input type="file">';
  el.append(style, zone);
  const text = zone.querySelector(".text");
  const said = zone.querySelector(".said");
  const input = zone.querySelector("input");

  const show = () => {
    text.textContent = model.invitation;
    said.textContent = model.said;
    input.accept = model.accept;
    zone.setAttribute("aria-label", model.invitation);
  };
  const send = async (file) => {
    model.send_msg({kind: "start", name: file.name, size: file.size});
    if (file.size > model.limit) { return; }
    for (let at = 0; at < file.size; at += PART) {
      said.textContent = `Sending ${file.name}: ${Math.round(100 * at / file.size)} %`;
      const bytes = new Uint8Array(await file.slice(at, at + PART).arrayBuffer());
      let letters = "";
      for (let i = 0; i < bytes.length; i += 8192) {
        letters += String.fromCharCode(...bytes.subarray(i, i + 8192));
      }
      model.send_msg({kind: "part", data: btoa(letters)});
      await new Promise((next) => setTimeout(next, 4));
    }
    said.textContent = `Reading ${file.name} …`;
    model.send_msg({kind: "end"});
  };
  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  zone.addEventListener("dragover", (event) => { stop(event); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    stop(event);
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) { send(event.dataTransfer.files[0]); }
  });
  zone.addEventListener("click", (event) => { if (event.target !== input) { input.click(); } });
  zone.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { input.click(); } });
  input.addEventListener("change", () => { if (input.files.length) { send(input.files[0]); input.value = ""; } });
  for (const name of ["invitation", "said", "accept"]) { model.on(name, show); }
  show();
}
