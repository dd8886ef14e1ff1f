/* Suggestions are fetched by scripts that come when the field for words is first entered. */
"use strict";

(() => {
  const bar = document.querySelector("[data-suggest]");
  bar?.addEventListener("focusin", () => import(bar.dataset.script), { once: true });
  const [{ type }] = performance.getEntriesByType("navigation");
  const typed = type === "back_forward" && history.state?.typed;
  if (bar && typed) bar.querySelector("input").value = typed;
})();
