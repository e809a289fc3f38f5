// Runs in every document before its own scripts. Says what live regions say, which vanish before
// anybody looks, and opens closed shadow roots, which nobody could look into.
(() => {
  "use strict";
  const LIVE = '[role=alert],[role=status],[role=log],[role=alertdialog],output,[aria-live]:not([aria-live=off])';
  const say = window.__cloudopsSaid;
  const last = new WeakMap();
  const heard = (region) => {
    if (region.checkVisibility && !region.checkVisibility({ visibilityProperty: true })) return;
    const text = (region.innerText ?? region.textContent ?? "").replace(/\s+/g, " ").trim();
    if (!text || text.length > 1000 || last.get(region) === text) return;
    last.set(region, text);
    say(text).catch(() => {});
  };
  const look = (node) => {
    const element = node.nodeType === 1 ? node : node.parentElement;
    if (!element) return;
    const around = element.closest(LIVE);
    if (around) heard(around);
    else if (node.nodeType === 1) for (const region of node.querySelectorAll(LIVE)) heard(region);
  };
  const watch = (root) =>
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "childList") change.addedNodes.forEach(look);
        else look(change.target);
      }
    }).observe(root, { childList: true, subtree: true, characterData: true });
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, { ...options, mode: "open" });
    watch(root);
    return root;
  };
  watch(document);
})();
