/* Values of long facets looked for by name: at once where the page was sent all of them, else by
   asking the server, whose answer js/finder.js puts in place. */
const form = document.getElementById("finder");
const status = document.getElementById("finder-status");
const PAUSE = 300; // milliseconds after the last letter
let typing;

const plain = (text) =>
  text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ø", "o").replaceAll("æ", "a");

const narrow = (facet, box) => {
  const wanted = plain(box.value.trim());
  let found = 0;
  for (const option of facet.querySelectorAll(".option")) {
    const name = plain(option.querySelector(".option__name").textContent);
    option.hidden = !name.includes(wanted) && !option.querySelector(":checked");
    if (!option.hidden) found += 1;
  }
  facet.querySelector(".facet__none").hidden = found > 0;
  const more = facet.querySelector(".facet__more");
  if (more) more.open = wanted !== "";
};

const ask = async (facet) => {
  const query = new URLSearchParams(new FormData(form));
  query.set("facet", facet.dataset.facet);
  const answer = await fetch(`${location.pathname}?${query}`, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".facet");
  if (answer.ok && fresh) facet.dispatchEvent(new CustomEvent("facet:fresh", { bubbles: true, detail: fresh }));
};

for (const box of form.querySelectorAll(".facet__find")) {
  const facet = box.closest(".facet");
  const isWhole = !("unsent" in facet.dataset);
  box.addEventListener("input", () => {
    clearTimeout(typing);
    if (isWhole) narrow(facet, box);
    typing = setTimeout(async () => {
      const typed = box.value;
      if (!isWhole) await ask(facet).catch(() => {});
      const found = facet.querySelectorAll(".option:not([hidden])").length;
      if (box.value === typed) status.textContent = status.dataset.values.replace("{n}", found);
    }, PAUSE);
  });
  // It narrows what can be chosen, not what is found.
  box.addEventListener("change", (event) => event.stopPropagation());
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  // What was typed before this came.
  if (box === document.activeElement && box.value !== box.defaultValue) box.dispatchEvent(new Event("input"));
}
