// What the accessibility tree does not say of the controls of a document.
(top) => {
  const box = (e) => {
    const r = e.getBoundingClientRect();
    return [r.x, r.y, r.width, r.height];
  };
  const every = function* (root) {
    for (const e of root.querySelectorAll("*")) {
      yield e;
      if (e.shadowRoot) yield* every(e.shadowRoot);
    }
  };
  const SECRET = /passw|secret|one-time-code|token|api.?key|private.?key/i;
  const masked = (e) =>
    e.type === "password" ||
    (e.autocomplete || "").includes("password") ||
    /disc|circle|square/.test(getComputedStyle(e).webkitTextSecurity || "");
  const called = (e) => SECRET.test(`${e.autocomplete || ""} ${e.name || ""} ${e.id || ""}`);
  const labels = [];
  const hidden = [];
  const seen = { controls: [], hidden: [], secrets: [], busy: false };
  for (const e of every(top.ownerDocument ?? top)) {
    if (e.localName === "label") labels.push(e);
    if (e.ariaBusy === "true" && e.getClientRects().length) seen.busy = true;
    const field = e.matches("input,select,textarea") || e.isContentEditable;
    if (!field && !e.matches("[role=combobox],[role=textbox],[role=spinbutton],[role=listbox]")) continue;
    if (e.type === "hidden") continue;
    const text = e.matches("input,textarea");
    if (text && e.value && masked(e)) seen.secrets.push(e.value);
    const ticks = e.type === "checkbox" || e.type === "radio";
    const style = getComputedStyle(e);
    const unseen = !e.getClientRects().length || style.visibility === "hidden";
    if (unseen) {
      const label = ticks && [...(e.labels || [])].find((l) => l.getClientRects().length);
      if (label) {
        hidden.push([label, e]);
      }
      continue;
    }
    seen.controls.push({
      box: box(e),
      editable: e.isContentEditable && e.contentEditable === "true",
      type: e.type || "",
      secret: text && (masked(e) || called(e)),
      required: e.required === true || e.ariaRequired === "true",
      readonly: e.readOnly === true || e.ariaReadOnly === "true",
      suggests: !!(e.getAttribute("list") || e.ariaAutoComplete || e.ariaHasPopup === "listbox"),
      placeholder: e.placeholder || "",
    });
  }
  // their labels are all that is seen of them
  for (const [label, e] of hidden) {
    const text = label.innerText.replace(/\s+/g, " ").trim();
    const { type, checked, required, disabled } = e;
    const label_number = labels.indexOf(label);
    seen.hidden.push({ label_number, box: box(label), text, type, checked, required, disabled });
  }
  return seen;
}
