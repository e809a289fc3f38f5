// Whether a dialog keeps the page behind it from being used.
(dialog) => {
  if (!dialog.getClientRects().length && !dialog.querySelector("*")) return false;
  if (dialog.matches(":modal") || dialog.ariaModal === "true") return true;
  const document = dialog.ownerDocument, view = document.defaultView;
  const [w, h] = [view.innerWidth, view.innerHeight];
  const covers = (x, y) => {
    const hit = document.elementFromPoint(x, y);
    if (!hit || hit === document.body || hit === document.documentElement) return false;
    if (dialog.contains(hit)) return true;
    const r = hit.getBoundingClientRect();
    const over = ["fixed", "absolute"].includes(view.getComputedStyle(hit).position);
    return over && r.width >= w * 0.9 && r.height >= h * 0.9;
  };
  return [[3, 3], [w - 4, h - 4], [3, h - 4], [w - 4, 3]].filter(([x, y]) => covers(x, y)).length >= 3;
}
