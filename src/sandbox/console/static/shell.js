// What happens around a view: which one is shown, notifications, the survey, the session's end.
"use strict";

const toasts = one("[data-toasts]");
let change = Number(document.body.dataset.change);
let unread = 0;
let running = false;

// -- which view ----------------------------------------------------------------------------

function wanted() {
  if (config.pathlike) {
    return { view: decoded(location.hash.slice(1)) || config.first, query: new URLSearchParams() };
  }
  const [view, told = ""] = location.hash.slice(1).split(/:(.*)/s);
  const query = new URLSearchParams();
  for (const pair of told.split(";")) {
    const [name, value = ""] = pair.split(/=(.*)/s);
    if (name) query.set(name, decoded(value));
  }
  return { view: view || config.first, query };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function route() {
  if (!config.hash) return;
  const { view, query } = wanted();
  for (const link of all("[data-nav]")) {
    if (same(link.dataset.nav, view)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (config.framed.some((name) => same(name, view))) frame(view, query);
  else load(config.views + written(view), query);
  pull();
}

// Paths are compared without case, names as they are.
function same(name, view) {
  return config.pathlike ? decoded(name).toLowerCase() === view.toLowerCase() : name === view;
}

function written(view) {
  return config.pathlike ? encodeURI(view) : encodeURIComponent(view);
}

function frame(view, query) {
  const inside = document.createElement("iframe");
  inside.id = config.frame;
  inside.name = config.frame;
  inside.title = view;
  inside.src = `${config.frames}${written(view)}?${withRegion(query)}`;
  main.replaceChildren(inside);
}

// -- notifications -------------------------------------------------------------------------

const TONES = { "In progress": "busy", Succeeded: "good", Failed: "bad" };

function toast(tone, title, text, download = "") {
  const item = one("[data-toast-template]").content.cloneNode(true).firstElementChild;
  item.dataset.tone = tone;
  one("[data-title]", item).textContent = title;
  one("[data-text]", item).textContent = text;
  if (download) {
    const link = one("[data-download]", item);
    link.href = download;
    link.hidden = false;
  }
  toasts.append(item);
  if (config.toast && !download) setTimeout(() => item.remove(), config.toast * 1000);
}

function note(operation) {
  const list = one("[data-bell-list]");
  one("[data-bell-empty]")?.remove();
  let item = one(`[data-operation="${operation.id}"]`, list);
  if (!item) {
    item = one("[data-bell-template]").content.cloneNode(true).firstElementChild;
    item.dataset.operation = operation.id;
    list.prepend(item);
  }
  one("[data-title]", item).textContent = `${operation.title}: ${operation.progress}`;
  one("[data-text]", item).textContent = operation.detail || operation.resource;
  one("[data-time]", item).textContent = operation.time;
}

let pulling = Promise.resolve();

function pull() {
  // one after the other: two at once would tell everything twice
  pulling = pulling.then(pulled, pulled);
}

async function pulled() {
  const answer = await ask(`/notifications?since=${change}`);
  if (answer === null || !answer.ok) return;
  const told = await answer.json();
  change = Math.max(change, told.change);
  running = told.running;
  for (const operation of told.operations) {
    const title = `${operation.title}: ${operation.progress}`;
    toast(TONES[operation.progress], title, operation.detail || operation.resource, operation.download);
    note(operation);
    unread += 1;
    if (config.fresh && operation.progress !== "In progress") refreshView();
  }
  count();
  if (told.survey) one("[data-dialogs]").append(one("[data-survey-template]").content.cloneNode(true));
  if (running && !config.polling) setTimeout(pull, 500);
}

function count() {
  const badge = one("[data-bell-count]");
  badge.hidden = unread === 0;
  badge.textContent = String(unread);
  one("[data-bell-button]").setAttribute(
    "aria-label",
    unread ? `Notifications (${unread} unread)` : "Notifications",
  );
}

function refreshView() {
  const inside = one("main iframe");
  if (inside) inside.contentWindow.again({ refresh: "1" });
  else again({ refresh: "1" });
}

async function fill() {
  const answer = await ask("/notifications?since=0");
  if (answer === null || !answer.ok) return;
  for (const operation of (await answer.json()).operations) note(operation);
}

// -- the session's end ---------------------------------------------------------------------

function expired() {
  if (one("[data-sign-in-again]")) return;
  one("[data-dialogs]").append(one("[data-expired-template]").content.cloneNode(true));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sign-in-again]")) location.reload();
  const dismissed = event.target.closest("[data-dismiss]");
  if (dismissed) dismissed.closest("li").remove();
  if (event.target.closest("[data-bell-button]")) {
    unread = 0;
    count();
  }
  const section = event.target.closest("[data-section]");
  if (section) {
    const list = section.nextElementSibling;
    list.hidden = !list.hidden;
    section.setAttribute("aria-expanded", String(!list.hidden));
  }
});

window.shell = { toast, pull, expired, route, closeMenus };
window.addEventListener("hashchange", route);

fill();
if (config.hash) route();
else {
  const inside = one("iframe[data-frame]");
  if (inside) {
    inside.src = `${inside.dataset.frame}?${withRegion(new URLSearchParams(location.search))}`;
  }
  pull();
}
if (config.polling) setInterval(pull, config.polling * 1000);
