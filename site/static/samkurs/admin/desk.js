// A new page begins with its title, and the tab of occasions with adding one. The browser's own
// autofocus comes too early: Wagtail shows the tab that holds the field only after it has loaded.
window.addEventListener("load", () => {
  if (document.activeElement !== document.body) {
    return;
  }
  const start = window.location.hash === "#tab-occasions" ? "#add-occasion" : "#id_title[autofocus]";
  document.querySelector(start)?.focus();
});
