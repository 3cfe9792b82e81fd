// Right end of the header: what waits (bell), theme, person. Also the only place that changes the page or reloads it:
// a click on a link to a page of ours opens that page in this window, where all scripts stand loaded.
const CSS = `
:host { display: block; }
.bar { display: flex; align-items: center; gap: 4px; font: 15px/1.4 Roboto, system-ui, sans-serif; color: var(--wb-ink);
  position: relative; }
button { font: inherit; color: var(--wb-muted); background: none; border: 0; border-radius: 8px; min-width: 38px;
  height: 38px; display: inline-flex; align-items: center; justify-content: center; gap: 4px; cursor: pointer;
  padding: 0 8px; }
button:hover { background: color-mix(in srgb, var(--wb-ink) 7%, transparent); color: var(--wb-ink); }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 2px solid var(--wb-accent); outline-offset: -1px; }
svg { width: 21px; height: 21px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round;
  stroke-linejoin: round; }
.n { font-size: 13px; font-weight: 600; color: var(--wb-accent); }
.n.new { background: var(--wb-accent); color: var(--wb-on-accent, #fff); border-radius: 9px; padding: 0 6px; line-height: 18px; }
.menu .list { max-height: min(46vh, 380px); overflow-y: auto; }
.menu a.news { display: block; font-size: 14px; }
.menu .news > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 400; }
.menu .news b { font-weight: 500; }
.menu .news span, .menu .news i { color: var(--wb-muted); font-style: normal; font-size: 13px; }
.menu button.pick.read { color: var(--wb-accent); justify-content: center; border-top: 1px solid var(--wb-line); border-radius: 0; }
.waits { width: 340px; }
.who { width: 30px; height: 30px; border-radius: 50%; background: var(--wb-wash); color: var(--wb-accent);
  font: 600 13px/30px Roboto, system-ui, sans-serif; text-align: center; text-transform: uppercase; }
.menu { position: absolute; z-index: 2000; right: 0; top: 46px; width: 300px; padding: 8px;
  background: var(--wb-raised); border: 1px solid var(--wb-line); border-radius: 10px;
  box-shadow: 0 10px 32px rgba(0, 0, 0, .22); }
.menu[hidden] { display: none; }
.menu h2 { font-size: 13px; font-weight: 500; color: var(--wb-muted); margin: 4px 10px 6px; }
.menu a, .menu .pick { display: flex; justify-content: space-between; width: 100%; box-sizing: border-box; gap: 10px;
  padding: 8px 10px; height: auto; border-radius: 6px; color: var(--wb-ink); text-decoration: none; text-align: left; }
.menu a:hover, .menu .pick:hover, .menu .pick[aria-checked=true] { background: var(--wb-wash); }
.menu p { margin: 2px 10px 8px; color: var(--wb-muted); font-size: 14px; }
.menu p.name { color: var(--wb-ink); font-weight: 500; font-size: 15px; overflow-wrap: anywhere; }
.menu form { display: flex; gap: 6px; padding: 8px 10px 4px; border-top: 1px solid var(--wb-line); margin-top: 6px; }
.menu input { flex: 1; min-width: 0; font: inherit; height: 34px; padding: 0 8px; border: 1px solid var(--wb-line);
  border-radius: 6px; background: var(--wb-surface); color: inherit; }
`;
const BELL = '<path d="M6.2 10a5.8 5.8 0 0 1 11.6 0c0 5 2.2 6.2 2.2 6.2H4S6.2 15 6.2 10z"/><path d="M10 19.6a2.2 2.2 0 0 0 4 0"/>';
const MOON = '<path d="M20 14.2A8.3 8.3 0 1 1 9.8 4a6.6 6.6 0 0 0 10.2 10.2z"/>';
const SUN = '<circle cx="12" cy="12" r="4"/><path d="M12 3v1.6M12 19.4V21M3 12h1.6M19.4 12H21M5.6 5.6l1.2 1.2M17.2 17.2l1.2 1.2M18.4 5.6l-1.2 1.2M6.8 17.2l-1.2 1.2"/>';
const svg = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`;
const keep = (name, value) => {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
};

const UNHEARD_MS = 4000;  // a visit that the server has not heard of by then: its session is gone, load the page
const LEAVING = "workbench:leave";

function linkOf(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return null;
  }
  const link = event.composedPath().find((node) => node.tagName?.toLowerCase() === "a");
  const href = link?.href?.baseVal ?? link?.href;  // of an SVG's link, and of any other
  const target = link?.getAttribute("target") || "_self";
  if (!href || link.hasAttribute("download") || !["_self", "_top", "_parent"].includes(target)) { return null; }
  return new URL(href, window.location.href);
}

function tellLocation() {  // the address is right already: without this Panel would add it to the history again
  const {pathname, search} = window.location;
  const roots = (window.Bokeh?.documents ?? []).flatMap((each) => each.roots());
  for (const root of roots.filter((each) => each.type.endsWith("Location"))) {
    root.setv({pathname, search}, {silent: true});
  }
}

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = CSS;
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.innerHTML = `<button class="bell" aria-haspopup="true" aria-expanded="false"></button>
    <button class="theme"></button>
    <button class="person" aria-haspopup="true" aria-expanded="false"><span class="who"></span></button>
    <div class="menu waits" hidden></div><div class="menu people" hidden></div>`;
  el.append(style, bar);
  const [bell, theme, person] = ["bell", "theme", "person"].map((name) => bar.querySelector("." + name));
  const waits = bar.querySelector(".waits");
  const people = bar.querySelector(".people");

  const drawBell = () => {
    const items = model.waiting;
    const waiting = items.reduce((sum, item) => sum + item.count, 0);
    const total = waiting + model.news.length;
    bell.innerHTML = svg(BELL) + (total ? `<span class="n${model.news.length ? " new" : ""}">${total}</span>` : "");
    const said = [];
    if (waiting) { said.push(`${waiting} thing${waiting === 1 ? " waits" : "s wait"} for you`); }
    if (model.news.length) { said.push(`${model.news.length} new`); }
    bell.setAttribute("aria-label", said.join(", ") || "Nothing waits for you");
    bell.title = bell.getAttribute("aria-label");
    waits.innerHTML = "<h2>Waits for you</h2>";
    for (const item of items) {
      const link = document.createElement("a");
      link.href = item.url;
      const text = document.createElement("span");
      text.textContent = item.text;
      const count = document.createElement("span");
      count.className = "n";
      count.textContent = item.count;
      link.append(text, count);
      waits.append(link);
    }
    if (!items.length) { waits.insertAdjacentHTML("beforeend", "<p>Nothing at the moment.</p>"); }
    drawNews();
  };
  const drawNews = () => {
    waits.insertAdjacentHTML("beforeend", "<h2>What others did since you last read</h2>");
    if (!model.news.length) {
      waits.insertAdjacentHTML("beforeend", "<p>Nothing new on what concerns you.</p>");
      return;
    }
    const list = document.createElement("div");
    list.className = "list";
    for (const item of model.news) {
      const link = document.createElement("a");
      link.href = item.url;
      link.className = "news";
      for (const [name, words] of [["b", item.text], ["span", item.more], ["i", `${item.when} UTC · ${item.why}`]]) {
        const part = document.createElement(name);
        part.textContent = part.title = words;
        link.append(part);
      }
      list.append(link);
    }
    const read = document.createElement("button");
    read.className = "pick read";
    read.textContent = "Mark all as read";
    read.addEventListener("click", () => { model.read = Math.max(...model.news.map((item) => item.position)); });
    waits.append(list, read);
  };
  const drawTheme = () => {
    theme.innerHTML = svg(model.dark ? SUN : MOON);
    theme.title = model.dark ? "Light theme" : "Dark theme";
    theme.setAttribute("aria-label", theme.title);
  };
  const act = (name) => { keep("workbench-person", name); window.location.reload(); };
  const drawSignedIn = () => {
    people.innerHTML = '<h2>Signed in as</h2><p class="name"></p><a class="change">Change password</a>' +
      '<button class="pick out">Sign out</button>';
    people.querySelector(".name").textContent = model.person;
    people.querySelector(".change").addEventListener("click", (event) => {
      event.currentTarget.href = `/password?next=${here()}`;
    }, {capture: true});
    people.querySelector(".change").href = "/password";
    people.querySelector(".out").addEventListener("click", signOut);
  };
  const here = () => encodeURIComponent(window.location.pathname + window.location.search);
  const signOut = () => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/sign-out";
    form.innerHTML = '<input type="hidden" name="form">';
    form.firstChild.value = model.form;
    document.body.append(form);
    form.submit();
  };
  const drawPeople = () => {
    person.querySelector(".who").textContent = model.person.slice(0, 2);
    person.title = `${model.form ? "Signed in" : "Acting"} as ${model.person}`;
    person.setAttribute("aria-label", person.title);
    if (model.form) { drawSignedIn(); return; }
    people.innerHTML = '<h2>Act as</h2><div role="radiogroup" aria-label="Act as"></div>' +
      '<form><input aria-label="Another name" placeholder="Another name" maxlength="40"><button>Use</button></form>';
    for (const name of model.people) {
      const pick = document.createElement("button");
      pick.className = "pick";
      pick.setAttribute("role", "radio");
      pick.setAttribute("aria-checked", String(name === model.person));
      pick.textContent = name;
      pick.addEventListener("click", () => act(name));
      people.querySelector("div").append(pick);
    }
    people.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = people.querySelector("input").value.trim();
      if (name) { act(name); }
    });
  };
  const toggle = (button, menu) => {
    const open = menu.hidden;
    for (const [b, m] of [[bell, waits], [person, people]]) {
      m.hidden = !(open && m === menu);
      b.setAttribute("aria-expanded", String(!m.hidden));
    }
  };
  const close = () => { waits.hidden = people.hidden = true; };
  bell.addEventListener("click", () => toggle(bell, waits));
  person.addEventListener("click", () => toggle(person, people));
  theme.addEventListener("click", () => {
    model.dark = !model.dark;
    keep("workbench-theme", model.dark ? "dark" : "light");
    drawTheme();
  });
  const outside = (event) => { if (!event.composedPath().includes(bar)) { close(); } };
  const escape = (event) => { if (event.key === "Escape") { close(); } };
  let unheard = 0;
  const visit = () => {
    tellLocation();
    close();
    window.dispatchEvent(new CustomEvent(LEAVING));
    const number = (model.visit.number || 0) + 1;
    model.visit = {to: window.location.pathname + window.location.search, number};
    clearTimeout(unheard);
    unheard = setTimeout(() => window.location.reload(), UNHEARD_MS);
  };
  const heard = () => { if (model.visited === model.visit.number) { clearTimeout(unheard); } };
  const open = (url) => {
    if (url.origin !== window.location.origin || !model.pages.includes(url.pathname)) { return false; }
    window.history.pushState({}, "", url);
    visit();
    return true;
  };
  const followed = (event) => {
    const url = linkOf(event);
    if (url && open(url)) { event.preventDefault(); }
  };
  const back = () => {
    if (model.pages.includes(window.location.pathname)) { visit(); } else { window.location.reload(); }
  };
  document.addEventListener("pointerdown", outside);
  document.addEventListener("keydown", escape);
  document.addEventListener("click", followed);
  window.addEventListener("popstate", back);
  if (!document.cookie.includes("workbench-theme=") && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    model.dark = true;
  }
  model.on("waiting", drawBell);
  model.on("news", drawBell);
  model.on("dark", drawTheme);
  model.on("person", drawPeople);
  const follow = () => {
    if (model.address && !open(new URL(model.address, window.location.href))) { window.location.assign(model.address); }
  };
  model.on("address", follow);
  model.on("visited", heard);
  follow();
  drawBell();
  drawTheme();
  drawPeople();
  model.on("remove", () => {
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("keydown", escape);
    document.removeEventListener("click", followed);
    window.removeEventListener("popstate", back);
    clearTimeout(unheard);
  });
}
