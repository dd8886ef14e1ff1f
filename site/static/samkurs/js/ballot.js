/* The ballot with script: what is chosen is saved at once. Without script every button saves. */
"use strict";

(() => {
  const form = document.getElementById("ballot-form");
  const status = document.querySelector("[data-saved]");
  if (!form || !status || !form.elements.comment) return;
  const noOpinion = form.elements.no_opinion;
  const WAIT = 700; // milliseconds after the last key in the comment
  let timer;
  let running = null;
  let again = false;

  const say = (text, failed) => {
    status.textContent = text;
    status.classList.toggle("save-bar__saved--failed", failed);
  };

  const save = async () => {
    clearTimeout(timer);
    if (running) {
      again = true;
      return running;
    }
    say(form.dataset.saving, false);
    const body = new FormData(form);
    body.set("go", "stay");
    running = (async () => {
      try {
        const response = await fetch(form.action, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
        });
        const kind = response.headers.get("Content-Type") || "";
        if (!kind.startsWith("application/json")) throw new Error(response.status);
        const told = await response.json();
        if (response.ok) {
          form.elements.seen.value = told.seen;
          document.querySelectorAll("[data-answered]").forEach((each) => {
            each.textContent = told.answered;
          });
          say(told.saved, false);
        } else {
          say(told.message, true);
        }
      } catch {
        say(form.dataset.failed, true);
      }
    })();
    await running;
    running = null;
    if (again) {
      again = false;
      return save();
    }
    return undefined;
  };

  // Grades and "no opinion" exclude each other: the newer one holds.
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") noOpinion.checked = false;
    if (event.target === noOpinion && noOpinion.checked) {
      form.querySelectorAll("input[type=radio]:checked").forEach((each) => {
        each.checked = false;
      });
    }
    save();
  });

  form.elements.comment.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });

  // A save that is under way ends first: the page that goes on knows what it kept.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    const submitter = event.submitter;
    running.then(() => form.requestSubmit(submitter));
  });

  // "Back" may bring the page as it was left: it is asked for again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
