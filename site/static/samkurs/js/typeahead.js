/* Suggestions while one types: a combobox with a list below it, as WAI-ARIA 1.2 describes. htmx
   fetches what is in the list; this opens it, leads through it by keyboard, and tells a screen
   reader how many there are. Loaded when the field is first entered. */
const bar = document.querySelector("[data-suggest]");
const field = bar.querySelector("input");
const list = bar.querySelector(".suggestions");
const SHORTEST = 2; // letters
const SETTLED = 600; // milliseconds after which a screen reader has read the letters typed

const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
bar.append(status);

let options = [];
let active = -1;
let telling;

const isOpen = () => !list.hidden;

const choose = (place) => {
  options[active]?.setAttribute("aria-selected", "false");
  active = place;
  const option = options[active];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  } else {
    field.removeAttribute("aria-activedescendant");
  }
};

const show = (open) => {
  list.hidden = !open;
  field.setAttribute("aria-expanded", String(open));
  if (!open) choose(-1);
};

const close = () => {
  clearTimeout(telling);
  status.textContent = "";
  show(false);
};

const keys = {
  ArrowDown: (event) => {
    if (!isOpen()) show(options.length > 0);
    if (!event.altKey && isOpen()) choose(active + 1 < options.length ? active + 1 : 0);
    return isOpen();
  },
  ArrowUp: (event) => {
    if (event.altKey) close();
    else if (isOpen()) choose(active > 0 ? active - 1 : options.length - 1);
    return event.altKey || isOpen();
  },
  Home: () => active >= 0 && (choose(0), true),
  End: () => active >= 0 && (choose(options.length - 1), true),
  Enter: () => active >= 0 && (options[active].click(), true),
  Escape: () => isOpen() && (close(), true),
};

field.addEventListener("keydown", (event) => {
  if (!event.isComposing && keys[event.key]?.(event)) {
    event.preventDefault();
    event.stopPropagation();
  }
});
field.addEventListener("blur", close);
field.form.addEventListener("submit", () => {
  window.htmx.trigger(field, "htmx:abort");
  options = [];
  close();
});
// Who comes back from a suggestion finds what was typed: search.js and finder.js put it back.
list.addEventListener("click", (event) => {
  if (!event.target.closest("a")) return;
  history.replaceState({ ...history.state, typed: field.value }, "");
});
// A click on an option leaves the focus in the field.
list.addEventListener("mousedown", (event) => event.preventDefault());

field.addEventListener("htmx:beforeRequest", (event) => {
  if (field.value.trim().length >= SHORTEST) return;
  event.preventDefault();
  options = [];
  close();
});

const arrive = () => {
  active = -1;
  options = [...list.querySelectorAll("[role=option]")];
  field.removeAttribute("aria-activedescendant");
  if (document.activeElement !== field) return;
  show(options.length > 0);
  clearTimeout(telling);
  telling = setTimeout(() => {
    status.textContent = list.firstElementChild.dataset.status;
  }, SETTLED);
};

list.addEventListener("htmx:afterSwap", arrive);
field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-expanded", "false");
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", bar.dataset.name);
if (list.firstElementChild) arrive(); // it was faster than this

// Where the page brings no htmx. It may run no text as script and adds no style of its own: the
// security policy would refuse both. It looks at a page that is there, so the page comes first.
const bringHtmx = () => {
  const config = document.createElement("meta");
  config.name = "htmx-config";
  config.content = '{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false}';
  const script = document.createElement("script");
  script.src = bar.dataset.htmx;
  script.addEventListener("load", () => {
    if (field.value.trim().length < SHORTEST) return;
    window.htmx.ajax("GET", field.dataset.hxGet, { source: field, target: list }).catch(() => {});
  });
  document.head.append(config, script);
};
if (!window.htmx) {
  if (document.readyState === "complete") bringHtmx();
  else addEventListener("load", bringHtmx, { once: true });
}
