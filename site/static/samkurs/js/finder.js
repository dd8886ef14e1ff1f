/* The listing with script. htmx fetches and swaps the results and sets the address; this keeps
   the reader's place: the facets and their focus, the sheet, "back", what failed. Without script
   the finder is a plain form. */
"use strict";

(() => {
  const form = document.getElementById("finder");
  if (!form || !window.htmx) return;
  const results = document.getElementById("results");
  const sheet = document.getElementById("filters");
  const status = document.getElementById("finder-status");
  const failure = form.querySelector(".failure");
  const again = form.querySelector(".failure__again");
  const word = form.elements.q;
  const SLOW = 1000; // milliseconds until a screen reader is told to wait
  let shown = location.search;
  let cause = "";
  let waiting;

  form.classList.add("finder--live");
  const [{ type }] = performance.getEntriesByType("navigation");
  if (type === "back_forward" && history.state?.typed) word.value = history.state.typed;
  // What the field for words asks for, suggestions, is no answer of the finder's.
  const ours = (answer) => (event) => { if (event.target !== word) answer(event); };
  form.querySelector("[data-suggest]")?.addEventListener(
    "focusin", ({ currentTarget }) => import(currentTarget.dataset.script), { once: true });

  /* The sheet: the target of a link; on a wide screen it is no sheet. */
  const isOpen = () =>
    sheet !== null && sheet.matches(":target") && getComputedStyle(sheet).position === "fixed";

  // The step that opened the sheet becomes the one that shows the results: "back" skips the sheet.
  const close = (next) => {
    location.replace("#results");
    results.before(failure);
    requestAnimationFrame(() => {
      // The address says no more of the sheet, nor of its end: it is the one to share.
      history.replaceState(history.state, "", location.pathname + location.search);
      next().focus();
      next().scrollIntoView({ block: next() === results ? "start" : "nearest" });
    });
  };
  const opener = () => document.getElementById("finder-open");

  form.addEventListener("click", (event) => {
    if (!isOpen()) return;
    const show = event.target.closest(".sheet__show");
    if (!show && !event.target.closest(".sheet__close")) return;
    event.preventDefault();
    close(show ? () => results : opener);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const order = form.querySelector(".finder__sort[open]");
    if (isOpen()) {
      close(opener);
    } else if (order) {
      order.open = false;
      order.querySelector("summary").focus();
    }
  });

  /* The address. htmx pushes; on "back" and "forward" the same swap is asked for again. */
  const fetchAddress = (address) =>
    window.htmx.ajax("GET", address, { source: results, target: results }).catch(() => {});

  window.addEventListener("popstate", () => {
    if (location.search !== shown) fetchAddress(location.pathname + location.search);
  });
  // The sheet was open when the answer was asked for, and may be closed when it comes.
  document.body.addEventListener("htmx:beforeHistoryUpdate", ({ detail: { history } }) => {
    if (history.type === "replace" && !isOpen()) history.path = history.path.split("#")[0];
  });
  document.body.addEventListener("htmx:historyCacheMiss", (event) => event.preventDefault());

  /* Swapping. */
  form.addEventListener("htmx:beforeRequest", ours((event) => {
    const { elt, triggeringEvent } = event.detail.requestConfig;
    cause = elt.closest(".finder__sort") ? "order" : (triggeringEvent?.type ?? "");
    failure.hidden = true;
    clearTimeout(waiting);
    waiting = setTimeout(() => { status.textContent = status.dataset.busy; }, SLOW);
  }));
  form.addEventListener("htmx:afterRequest", ours(() => clearTimeout(waiting)));

  results.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== results) return;
    const fresh = results.querySelector(".finder__fresh");
    if (fresh) {
      renew(fresh.content);
      renewDays(fresh.content);
      if (word.value === word.defaultValue) word.value = fresh.dataset.text;
      word.defaultValue = fresh.dataset.text;
      fresh.remove();
    }
    shown = location.search;
    carryToLanguages();
    keepFocus();
  });

  // The counts, ticks and choices of the facets, which stay in their places; values that the page
  // was not sent all of are others.
  const renew = (fresh) => {
    for (const facet of form.querySelectorAll(".facet[data-unsent]")) {
      const other = fresh.querySelector(`[data-facet="${facet.dataset.facet}"]`);
      if (other) put(facet, other.cloneNode(true));
    }
    const byKey = (root) =>
      new Map([...root.querySelectorAll(".option__box")].map((box) => [`${box.name}=${box.value}`, box]));
    const now = byKey(fresh);
    for (const [key, box] of byKey(form)) {
      const other = now.get(key);
      box.checked = Boolean(other?.checked);
      if (!other) continue;
      const [mine, theirs] = [box.closest(".option"), other.closest(".option")];
      mine.className = theirs.className;
      mine.querySelector(".option__count").textContent = theirs.querySelector(".option__count").textContent;
    }
    for (const choice of form.querySelectorAll("[data-choice]")) {
      const other = fresh.querySelector(`[data-choice="${choice.dataset.choice}"]`);
      choice.textContent = other ? other.textContent : "";
    }
  };

  // The days stay as typed where the cursor is; what is wrong with them stands above.
  const renewDays = (fresh) => {
    for (const day of form.querySelectorAll(".day")) {
      const other = fresh.querySelector(`[data-day="${day.dataset.day}"]`);
      if (!other) continue;
      const [mine, theirs] = [day, other].map((each) => each.querySelector("input"));
      const [wrong, said] = [day, other].map((each) => each.querySelector(".day__error"));
      if (mine !== document.activeElement) mine.value = theirs.value;
      mine.toggleAttribute("aria-invalid", false);
      if (said.textContent) mine.setAttribute("aria-invalid", "true");
      wrong.textContent = said.textContent;
      wrong.hidden = said.hidden;
    }
  };

  const put = (facet, other) => {
    const [mine, theirs] = [facet, other].map((each) => each.querySelector(".facet__values"));
    const [box, typed] = [facet, other].map((each) => each.querySelector(".facet__find"));
    const focus = mine.contains(document.activeElement) ? document.activeElement.value : null;
    if (mine.querySelector(".facet__more[open]")) theirs.querySelector(".facet__more")?.setAttribute("open", "");
    mine.replaceWith(theirs);
    if (box !== document.activeElement) box.value = typed.value;
    if (focus !== null) (theirs.querySelector(`[value="${CSS.escape(focus)}"]`) ?? box).focus();
  };

  /* Long facets: js/facets.js narrows their values by what is typed. It comes when a field for that
     is first entered. A page that was sent all the values need not send what was typed. */
  for (const box of form.querySelectorAll(".facet:not([data-unsent]) .facet__find")) box.removeAttribute("name");
  sheet?.addEventListener("focusin", ({ target }) => {
    if (target.matches(".facet__find")) import(form.dataset.facets);
  });
  form.addEventListener("facet:fresh", (event) => put(event.target, event.detail));

  // The same listing in another language has the same choice.
  const carryToLanguages = () => {
    for (const link of document.querySelectorAll("a[hreflang]")) {
      if (link.pathname.slice(3) === location.pathname.slice(3)) link.search = location.search;
    }
  };

  const keepFocus = () => {
    if (cause === "submit") {
      results.focus({ preventScroll: true });
      if (window.matchMedia("(width < 64em)").matches) results.scrollIntoView();
    } else if (cause && document.activeElement === document.body) {
      const next = cause === "order" ? document.getElementById("finder-order") : results;
      next.focus({ preventScroll: true });
    }
  };

  /* What failed. The form keeps what was chosen and typed; the list below is that of before. */
  const fail = (kind, detail) => {
    for (const text of failure.querySelectorAll("[data-kind]")) text.hidden = text.dataset.kind !== kind;
    again.setAttribute("href", detail.pathInfo.finalRequestPath);
    (isOpen() ? sheet.querySelector(".sheet__foot") : results).before(failure);
    failure.hidden = false;
    status.textContent = "";
  };

  form.addEventListener("htmx:sendError", ours((event) => fail("network", event.detail)));
  form.addEventListener("htmx:timeout", ours((event) => fail("network", event.detail)));
  form.addEventListener("htmx:responseError", ours((event) =>
    fail(event.detail.xhr.status === 429 ? "busy" : "server", event.detail)));
  again.addEventListener("click", (event) => {
    event.preventDefault();
    fetchAddress(again.getAttribute("href"));
  });
})();

/* That a search led to a course is counted, once for each search, and nothing of who it was. */
(() => {
  const results = document.getElementById("results");
  if (!results || !navigator.sendBeacon) return;
  let sent = "";
  const tell = (event) => {
    const { asked, opened } = document.getElementById("count")?.dataset ?? {};
    if (event.button > 1 || !asked || asked === sent || !event.target.closest(".course__link")) return;
    sent = asked;
    navigator.sendBeacon(opened, new URLSearchParams(asked));
  };
  results.addEventListener("click", tell);
  results.addEventListener("auxclick", tell);
})();
