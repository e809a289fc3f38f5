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
  const PRESSED = "button,a,summary,[role],[onclick],label,input[type=submit],input[type=button]";
  const say = (kind, e, more) => did({ kind, box: box(e), name: named(e), ...more }).catch(() => {});
  addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted) return;
      const target = event.composedPath()[0];
      const e = target.closest?.(PRESSED) ?? target;
      const typed = "input:not([type=submit]):not([type=button]),select,textarea,option";
      const label = e.closest?.("label")?.control;
      if (e.matches?.(typed) || label?.matches(typed)) return; // told by its change
      say("click", e, { menu: e.ariaHasPopup !== null && e.ariaHasPopup !== "false" });
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
