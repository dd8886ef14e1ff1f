/* Forms about needs with script: letters are counted while one types. Suggestions are htmx's. */
"use strict";

(() => {
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  for (const count of document.querySelectorAll("[data-counts]")) {
    const field = document.getElementById(count.dataset.counts);
    const most = Number(count.dataset.longest);
    const show = () => {
      const said = [...field.value.trim()].length;
      count.textContent = count.dataset.words
        .replace("{n}", numbers.format(said))
        .replace("{most}", numbers.format(most));
      count.classList.toggle("field__count--over", said > most);
    };
    field.addEventListener("input", show);
    show();
    count.hidden = false;
  }
  // With script the suggestions come by themselves.
  const asks = document.querySelector(".report__exists");
  if (asks && window.htmx) asks.hidden = true;
})();
