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
  // Whether something stands here that the server has not heard; so does what it has refused.
  let unheard = Boolean(document.querySelector(".error-summary"));
  let going = false;

  const say = (text, failed) => {
    status.textContent = text;
    status.classList.toggle("save-bar__saved--failed", failed);
  };

  const isJson = (response) =>
    (response.headers.get("Content-Type") || "").startsWith("application/json");
  const isSignedOut = (response) => response.status === 401 || response.redirected;
  const send = (body) =>
    fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });

  // Takes the token of a fresh page; false where there is none, as for who is signed out.
  const renew = async () => {
    const response = await fetch(form.action, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("#ballot-form [name=csrfmiddlewaretoken]");
    if (!token) return false;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => {
      each.value = token.value;
    });
    return true;
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
      unheard = false;
      try {
        let response = await send(body);
        // Signing in anew, in another tab, makes this page's token too old.
        if (response.status === 403 && !isJson(response) && (await renew())) {
          body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
          response = await send(body);
        }
        if (isSignedOut(response)) {
          unheard = true;
          say(form.dataset.signedOut, true);
          return;
        }
        if (!isJson(response)) throw new Error(response.status);
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
        unheard = true;
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
    unheard = true;
    if (event.target.type === "radio") noOpinion.checked = false;
    if (event.target === noOpinion && noOpinion.checked) {
      form.querySelectorAll("input[type=radio]:checked").forEach((each) => {
        each.checked = false;
      });
    }
    save();
  });

  form.elements.comment.addEventListener("input", () => {
    unheard = true;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });

  // A save ends first: the page that goes on knows what it kept. Where nothing was kept, because
  // one is signed out or the connection is gone, one stays here with what one has typed. What the
  // server refused is sent once more: its page says why, beside what was typed.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (going || !(unheard || running)) return;
    event.preventDefault();
    const submitter = event.submitter;
    while (running) await running;
    if (unheard) await save();
    if (unheard) return;
    going = true;
    form.requestSubmit(submitter);
  });

  // "Back" may bring the page as it was left: it is asked for again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
