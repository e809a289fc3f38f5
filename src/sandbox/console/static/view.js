// What happens inside a view: tables, command bars, forms, dialogs. Runs in the page and in the
// frame alike. Elements are found by data attributes; class names change with every start.
"use strict";

const config = JSON.parse(document.querySelector('meta[name="console"]').content);
const framed = "framed" in document.body.dataset;
const main = document.querySelector("[data-main]");
const dialogs = document.querySelector("[data-dialogs]");

const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const shell = () => window.top.shell;

// The answer, or null where there is none: the session is over, or the way to the server is.
async function ask(url, options = {}) {
  const headers = { "X-Requested-With": "console", "X-CSRF-Token": config.csrf };
  let answer;
  try {
    answer = await fetch(url, { ...options, headers });
  } catch {
    if (options.method) shell().toast("bad", "No answer", "Look whether it was done");
    return null;
  }
  if (answer.status === 401) {
    shell().expired();
    return null;
  }
  return answer;
}

function withRegion(pairs) {
  const query = new URLSearchParams(pairs);
  query.set("region", config.region);
  return query;
}

// -- views ---------------------------------------------------------------------------------

let shown = { url: "", query: new URLSearchParams() };

async function load(url, query) {
  shown = { url, query };
  const waiting = document.createElement("div");
  waiting.setAttribute("role", "progressbar");
  waiting.setAttribute("aria-label", "Loading");
  waiting.textContent = "Loading resources";
  main.replaceChildren(waiting);
  const answer = await ask(`${url}?${withRegion(query)}`);
  if (answer === null || shown.url !== url || shown.query !== query) return;
  main.innerHTML = await answer.text();
  main.scrollTop = 0;
}

async function again(changes) {
  const root = one("[data-view-root]", main);
  if (!root) return;
  if (!shown.url) {
    shown = { url: root.dataset.src, query: new URLSearchParams(location.search) };
  }
  const query = new URLSearchParams(shown.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  query.delete("refresh");
  shown.query = query;
  const asked = withRegion(query);
  if (changes.refresh) asked.set("refresh", "1");
  const answer = await ask(`${root.dataset.src}?${asked}`);
  if (answer === null || shown.query !== query) return;
  const focused = document.activeElement?.hasAttribute("data-find");
  main.innerHTML = await answer.text();
  if (focused) {
    const field = one("[data-find]", main);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

// -- selection and commands ----------------------------------------------------------------

function selection(within) {
  const single = within.closest("[data-only-row]");
  if (single) return [{ id: single.dataset.onlyRow, can: null }];
  const table = within.closest("[data-table]");
  const rows = all("tr[data-row]", table).filter((row) => one("[data-select]", row)?.checked);
  return rows.map((row) => ({ id: row.dataset.row, can: row.dataset.can?.split(" ") ?? null }));
}

function enable(table) {
  const rows = selection(one("[data-select]", table) ?? table);
  for (const row of all("tr[data-row]", table)) {
    row.setAttribute("aria-selected", String(Boolean(one("[data-select]", row)?.checked)));
  }
  if (!config.bar) return;
  for (const button of all('button[data-needs="some"]', table)) {
    button.disabled = rows.length === 0 || (button.dataset.act && !allowed(button, rows));
  }
  for (const item of all('[role="menuitem"][data-act]', table)) {
    if (allowed(item, rows)) item.removeAttribute("aria-disabled");
    else item.setAttribute("aria-disabled", "true");
  }
}

function allowed(command, rows) {
  if (rows.length > 1 && !("many" in command.dataset)) return false;
  return rows.every((row) => row.can === null || row.can.includes(command.dataset.act));
}

async function command(element) {
  if (element.getAttribute("aria-disabled") === "true") return;
  const rows = selection(element);
  if (rows.length === 0) {
    shell().toast("bad", "Nothing is selected", `Select a ${element.dataset.noun || "row"} first`);
    return;
  }
  closeMenus();
  const query = withRegion(rows.map((row) => ["id", row.id]));
  const action = element.dataset.act;
  if ("direct" in element.dataset) {
    await send(`/action/${action}`, query, null);
    return;
  }
  const answer = await ask(`/action/${action}?${query}`);
  if (answer) openDialog(await answer.text());
}

// -- menus ---------------------------------------------------------------------------------

function closeMenus(except) {
  for (const menu of all("[data-menu], [data-bell]")) {
    if (menu === except) continue;
    one("[aria-haspopup]", menu).setAttribute("aria-expanded", "false");
    one("[data-panel], [data-bell-panel]", menu).hidden = true;
  }
}

function toggleMenu(menu) {
  const panel = one("[data-panel], [data-bell-panel]", menu);
  closeMenus(menu);
  panel.hidden = !panel.hidden;
  one("[aria-haspopup]", menu).setAttribute("aria-expanded", String(!panel.hidden));
}

// -- dialogs and forms ---------------------------------------------------------------------

function openDialog(html) {
  dialogs.innerHTML = html;
  const field = one("input:not([type=hidden]), select", dialogs) ?? one("[data-close]", dialogs);
  field?.focus();
}

function closeDialog(from) {
  from.closest("[data-modal]").remove();
}

function fields(form) {
  for (const picker of all("[data-suggest]", form)) settle(picker);
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return withRegion(pairs);
}

async function send(url, body, form) {
  const button = form && one("[data-submit]", form);
  if (button?.dataset.sent) return;
  if (button) {
    button.dataset.sent = "yes";
    button.setAttribute("aria-busy", "true");
  }
  const answer = await ask(url, { method: "POST", body });
  if (button) delete button.dataset.sent;
  if (answer === null) return;
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.startsWith("application/json")) {
    const told = await answer.json();
    if (told.error) shell().toast("bad", "The request failed", told.error);
    else done(told, form);
  } else replaceForm(form, await answer.text());
}

function done(told, form) {
  if (form && !("page" in form.dataset)) closeDialog(form);
  shell().pull();
  if (told.goes) go(told.goes);
}

function replaceForm(form, html) {
  if (form === null) return;
  if ("page" in form.dataset) {
    const crumbs = one('nav[aria-label="Breadcrumbs"]', main)?.parentElement;
    form.outerHTML = html;
    if (crumbs) main.prepend(crumbs);
  } else openDialog(html);
}

function go(href) {
  const here = window.top.location;
  const there = new URL(href, here.href);
  if (there.pathname === here.pathname && there.search === here.search && there.hash) {
    if (there.hash === here.hash) window.top.shell.route();
    else here.hash = there.hash;
  } else here.assign(there.href);
}

async function review(form) {
  const answer = await ask(`/action/${form.dataset.action}/check`, {
    method: "POST",
    body: fields(form),
  });
  if (answer) replaceForm(form, await answer.text());
}

function showTab(tabs, number) {
  for (const tab of all("[data-tab]", tabs)) {
    tab.setAttribute("aria-selected", String(tab.dataset.tab === String(number)));
  }
  for (const panel of all("[data-tab-panel]", tabs)) {
    panel.hidden = panel.dataset.tabPanel !== String(number);
  }
  const previous = one("[data-previous]", tabs.closest("form") ?? tabs);
  if (previous) previous.disabled = String(number) === "0";
}

function step(form, by) {
  const tabs = one("[data-tabs]", form);
  const order = all("[data-tab]", tabs);
  const now = order.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  if (by > 0 && !config.late && !complete(form, now)) return;
  const next = order[now + by];
  if (!next) return;
  if ("review" in next.dataset) review(form);
  else showTab(tabs, next.dataset.tab);
}

function complete(form, number) {
  const panel = one(`[data-tab-panel="${number}"]`, form);
  return all("input, select, textarea", panel).every((field) => field.reportValidity());
}

function grey(button, greyed) {
  button.toggleAttribute("data-greyed", greyed);
  if (!config.greyed) button.disabled = greyed;
}

// -- suggestions ---------------------------------------------------------------------------

function settle(picker) {
  const picked = one("[data-picked]", picker);
  const list = one("[data-options]", picker);
  list.hidden = true;
  if (picked && !picked.value) one("[data-typed]", picker).value = "";
}

async function suggest(picker) {
  const input = one("[data-typed]", picker);
  const list = one("[data-options]", picker);
  const query = withRegion([["q", input.value]]);
  const answer = await ask(`/options/${picker.dataset.suggest}?${query}`);
  if (answer === null) return;
  const { options } = await answer.json();
  list.replaceChildren(
    ...options.map((option) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.dataset.value = option.value;
      item.textContent = option.text;
      const note = document.createElement("small");
      note.textContent = option.note;
      item.append(" ", note);
      item.dataset.text = option.text;
      return item;
    }),
  );
  list.hidden = options.length === 0;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function pick(option) {
  const picker = option.closest("[data-suggest]");
  if ("leads" in picker.dataset) {
    one("[data-typed]", picker).value = "";
    one("[data-options]", picker).hidden = true;
    go(option.dataset.value);
    return;
  }
  one("[data-typed]", picker).value = option.dataset.text;
  one("[data-picked]", picker).value = option.dataset.value;
  one("[data-options]", picker).hidden = true;
  one("[data-typed]", picker).setAttribute("aria-expanded", "false");
}

function move(picker, by) {
  const options = all('[role="option"]', picker);
  if (options.length === 0) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + by + options.length) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
}

// -- events --------------------------------------------------------------------------------

const clicks = [
  ["[data-go]", (link, event) => {
    event.preventDefault();
    closeMenus();
    go(link.getAttribute("href"));
  }],
  ["[data-group]", (button) => {
    const inner = button.nextElementSibling;
    inner.hidden = !inner.hidden;
    button.setAttribute("aria-expanded", String(!inner.hidden));
  }],
  ["[data-act]", (element) => command(element)],
  ["[data-menu] > button, [data-bell] > button", (button) => toggleMenu(button.parentElement)],
  ["[data-close]", (button) => closeDialog(button)],
  ["[data-refresh]", () => again({ refresh: "1" })],
  ["[data-page]:not(form)", (button) => again({ page: button.dataset.page })],
  ["[data-sort]", (button) => again({ sort: button.dataset.sort, desc: button.dataset.desc })],
  ["[data-clear]", () => again({ find: "", only: "", page: "" })],
  ["button[data-review]", (button) => {
    const form = button.closest("form");
    if (!config.late && !all("[data-tab-panel]", form).slice(0, -1).every((_, n) => {
      showTab(one("[data-tabs]", form), n);
      return complete(form, n);
    })) return;
    review(form);
  }],
  ["[data-tab]", (tab) => showTab(tab.closest("[data-tabs]"), tab.dataset.tab)],
  ["[data-next]", (button) => step(button.closest("form"), 1)],
  ["[data-previous]", (button) => step(button.closest("form"), -1)],
  ["[data-callout-open]", (link) => {
    one("[data-callout]", link.parentElement).hidden = false;
    one("[data-callout] input", link.parentElement)?.focus();
  }],
  ["[data-callout-cancel]", (button) => {
    button.closest("[data-callout]").hidden = true;
  }],
  ["[data-callout-ok]", (button) => acceptCallout(button)],
  ["[data-grid-add]", (button) => {
    const grid = button.closest("[data-grid]");
    one("[data-grid-rows]", grid).append(one("template", grid).content.cloneNode(true));
    const row = one("[data-grid-rows]", grid).lastElementChild;
    for (const kind of all("[data-rule-type]", row)) fitPorts(kind);
    one("input:not([type=hidden]), select", row).focus();
  }],
  ["[data-grid-remove]", (button) => button.closest("[data-grid-row]").remove()],
  ['[role="option"]', (option) => pick(option)],
];

function acceptCallout(button) {
  if ("greyed" in button.dataset) return;
  const anchor = button.closest("[data-callout-of]");
  const select = anchor.closest("[data-field]").querySelector("select");
  const name = one("[data-required]", anchor).value.trim();
  all('option[value^="new:"]', select).forEach((option) => option.remove());
  select.add(new Option(`(New) ${name}`, `new:${name}`), 0);
  select.value = `new:${name}`;
  one("[data-callout]", anchor).hidden = true;
}

const PORTS = { SSH: "22", HTTP: "80", HTTPS: "443", RDP: "3389", "MySQL/Aurora": "3306", PostgreSQL: "5432", "All TCP": "0 - 65535", "All traffic": "All", "All ICMP - IPv4": "All" };

function fitPorts(kind) {
  const ports = one("[data-rule-ports]", kind.closest("[data-grid-row]"));
  const fixed = PORTS[kind.value];
  ports.readOnly = fixed !== undefined;
  if (fixed !== undefined) ports.value = fixed;
  else if (Object.values(PORTS).includes(ports.value)) ports.value = "";
}

document.addEventListener("click", (event) => {
  for (const [selector, act] of clicks) {
    const found = event.target.closest(selector);
    if (found) {
      act(found, event);
      return;
    }
  }
  if (!event.target.closest("[data-panel], [data-bell-panel]")) closeMenus();
  if (framed) window.top.shell?.closeMenus();
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches("[data-all]")) {
    for (const box of all("[data-select]", field.closest("[data-table]"))) {
      box.checked = field.checked;
    }
  }
  if (field.matches("[data-all], [data-select]")) enable(field.closest("[data-table]"));
  if (field.matches("[data-only]")) again({ only: field.value, page: "" });
  if (field.matches("[data-choose]")) again({ [field.dataset.choose]: field.value });
  if (field.matches("[data-rule-type]")) fitPorts(field);
});

let typing = 0;
let keyed = false;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches("[data-find]")) {
    clearTimeout(typing);
    typing = setTimeout(() => again({ find: field.value, page: "" }), 300);
  }
  if (field.matches("[data-confirm]")) {
    const form = field.closest("form");
    grey(one("[data-submit]", form), field.value !== form.dataset.word);
  }
  const callout = field.closest("[data-callout]");
  if (callout) {
    const missing = all("[data-required]", callout).some((each) => !each.value.trim());
    grey(one("[data-callout-ok]", callout), missing);
  }
  const picker = field.closest("[data-suggest]");
  if (picker) {
    const picked = one("[data-picked]", picker);
    if (picked) picked.value = "";
    if (!keyed && config.keyed) return;
    clearTimeout(typing);
    typing = setTimeout(() => suggest(picker), 150);
  }
});

document.addEventListener("keydown", (event) => {
  keyed = true;
  setTimeout(() => { keyed = false; }, 50);
  if (event.key === "Escape") {
    all("[data-options]").forEach((list) => { list.hidden = true; });
    closeMenus();
    const modal = one("[data-modal]");
    if (modal && one("[data-close]", modal)) modal.remove();
  }
  const picker = event.target.closest?.("[data-suggest]");
  if (!picker || one("[data-options]", picker).hidden) return;
  if (event.key === "ArrowDown") move(picker, 1);
  else if (event.key === "ArrowUp") move(picker, -1);
  else if (event.key === "Enter") {
    const option = one('[role="option"][aria-selected="true"]', picker) ?? one('[role="option"]', picker);
    if (option) pick(option);
  } else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  const picker = event.target.closest?.("[data-suggest]");
  if (picker && !("leads" in picker.dataset)) setTimeout(() => {
    if (!picker.contains(document.activeElement)) settle(picker);
  }, 250);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("form" in form.dataset)) return;
  event.preventDefault();
  const button = one("[data-submit]", form);
  if (!button || "greyed" in button.dataset) return;
  send(`/action/${form.dataset.action}`, fields(form), form);
});

for (const kind of all("[data-rule-type]")) fitPorts(kind);
