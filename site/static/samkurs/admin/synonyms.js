// The box to try a search in: answered in place. Without script the button sends the form.
"use strict";

(() => {
  const box = document.getElementById("try");
  const button = box?.querySelector(".try__button");
  if (!button) return;
  const form = button.form;
  const failed = document.getElementById("try-failed");
  let latest = 0;

  // No longer a way to send the form: Enter in the fields above saves, as everywhere.
  button.type = "button";

  const tryIt = async () => {
    const turn = (latest += 1);
    const data = new FormData(form);
    data.append(button.name, button.value);
    failed.hidden = true;
    button.disabled = true;
    try {
      const response = await fetch(form.action, { method: "POST", body: data });
      if (!response.ok || response.redirected) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const answer = page.getElementById("try-answer");
      if (!answer) throw new Error("no answer");
      if (turn === latest) document.getElementById("try-answer").replaceChildren(...answer.childNodes);
    } catch {
      failed.hidden = false;
    } finally {
      button.disabled = false;
    }
  };

  button.addEventListener("click", tryIt);
  form.elements.try_text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    tryIt();
  });
})();
