// A new page begins with its title. The browser's own autofocus comes too early: Wagtail shows the
// tab that holds the field only after it has loaded.
window.addEventListener("load", () => {
  const field = document.querySelector("#id_title[autofocus]");
  if (field && document.activeElement === document.body) {
    field.focus();
  }
});
