/* Suggestions are fetched by scripts that come when the field for words is first entered. */
"use strict";

document.querySelector("[data-suggest]")?.addEventListener(
  "focusin", ({ currentTarget }) => import(currentTarget.dataset.script), { once: true });
