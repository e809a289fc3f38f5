// What one element is, and what it holds: for the hand that sets it. Of a label, its control.
(given) => {
  let e = given;
  const within = e.closest("label");
  if (!e.matches("input,select,textarea") && within && within.control && !e.matches("[role],button,a")) e = within.control;
  const style = getComputedStyle(given);
  const ticks = e.type === "checkbox" || e.type === "radio";
  const said = e.ariaChecked ?? e.ariaPressed ?? e.ariaSelected;
  return {
    tag: e.localName,
    type: e.matches("input") ? e.type : "",
    role: e.getAttribute("role") || "",
    popup: e.ariaHasPopup || "",
    suggests: !!(e.getAttribute("list") || (e.ariaAutoComplete && e.ariaAutoComplete !== "none")),
    multiple: e.multiple === true,
    editable: e.isContentEditable,
    readonly: e.readOnly === true || e.ariaReadOnly === "true",
    disabled: e.disabled === true || e.ariaDisabled === "true" || given.closest("fieldset:disabled") !== null,
    greyed: style.cursor === "not-allowed" || style.pointerEvents === "none",
    checked: ticks ? e.checked : said === null ? null : said === "true",
    value: e.matches("select")
      ? [...e.selectedOptions].map((o) => o.label.trim()).join("\n")
      : e.matches("input,textarea") ? e.value : (e.innerText || "").trim(),
    raw: e.matches("select") ? [...e.selectedOptions].map((o) => o.value).join("\n") : "",
    options: e.matches("select") ? [...e.options].map((o) => [o.label.trim(), o.value, o.disabled]) : [],
    label: within ? within.innerText.replace(/\s+/g, " ").trim() : "",
    href: given.closest("a")?.href || "",
  };
}
