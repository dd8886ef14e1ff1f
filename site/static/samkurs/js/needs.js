/* Forms about needs with script: letters are counted while one types, and "back" leads to the form
   that was sent. Suggestions are htmx's. */
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
  // "Back" may fetch the form anew: it is still the one that was sent, and makes no second need.
  const start = document.querySelector("#report [name=form_started]");
  if (start) {
    const place = `need:${location.pathname}`;
    const [visit] = performance.getEntriesByType("navigation");
    if (visit?.type === "back_forward") start.value = sessionStorage.getItem(place) ?? start.value;
    start.form.addEventListener("submit", () => sessionStorage.setItem(place, start.value));
  }
  // With script the suggestions come by themselves.
  const asks = document.querySelector(".report__exists");
  if (asks && window.htmx) asks.hidden = true;
})();
