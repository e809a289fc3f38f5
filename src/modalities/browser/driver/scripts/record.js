// Runs in every document while a person is watched: says what was done to what. Never a secret.
(() => {
  "use strict";
  const did = window.__cloudopsDid;
  const box = (e) => {
    const r = e.getBoundingClientRect();
    return [r.x, r.y, r.width, r.height];
  };
  const flat = (text) => (text || "").replace(/\s+/g, " ").trim().slice(0, 120);
  const named = (e) =>
    flat(
      e.ariaLabel ||
        (e.labels && [...e.labels].map((l) => l.innerText).join(" ")) ||
        e.placeholder ||
        e.title ||
        (e.matches("input,select,textarea") ? "" : e.innerText),
    );
  const TYPED =
    "input:not([type=submit],[type=button],[type=reset],[type=image]),select,textarea,option";
  const ROLES = "button,link,menuitem,menuitemcheckbox,menuitemradio,tab,option,treeitem,switch,checkbox,radio";
  const PRESSED =
    "button,a,summary,label,input,[onclick]," + ROLES.split(",").map((r) => `[role=${r}]`).join();
  const say = (kind, e, more) => did({ kind, box: box(e), name: named(e), ...more }).catch(() => {});
  // what a click on this element presses; nothing where it only puts the cursor somewhere
  const pressed = (target) => {
    if (!target.closest || target.closest(TYPED) || target.isContentEditable) return null;
    const e = target.closest(PRESSED);
    if (e) return e.closest("label")?.control?.matches(TYPED) ? null : e; // told by its change
    return getComputedStyle(target).cursor === "pointer" ? target : null;
  };
  addEventListener(
    "click",
    (event) => {
      const e = event.isTrusted && pressed(event.composedPath()[0]);
      if (e) say("click", e, { menu: e.ariaHasPopup !== null && e.ariaHasPopup !== "false" });
    },
    true,
  );
  addEventListener(
    "change",
    (event) => {
      const e = event.composedPath()[0];
      const shown = e.type === "checkbox" || e.type === "radio" ? e.labels?.[0] ?? e : e;
      const place = e.getClientRects().length ? e : shown;
      say("change", place, {
        name: named(e),
        type: e.localName === "select" ? "select" : e.type,
        on: e.checked === true,
        value:
          e.type === "password" ? null
          : e.localName === "select" ? [...e.selectedOptions].map((o) => o.label.trim()) : e.value,
      });
    },
    true,
  );
  addEventListener(
    "keydown",
    (event) => {
      if (!event.isTrusted || (event.key !== "Enter" && event.key !== "Escape")) return;
      const e = event.composedPath()[0];
      if (!e.matches?.("button,a,textarea")) say("key", e, { key: event.key });
    },
    true,
  );
})();
