// What somebody types as a date stays as typed, and the form says if it is none. Wagtail's calendar
// puts today in place of whatever it cannot read, "1.5.2027" among it. It also stays open over
// what follows when one leaves the field by Tab.
(() => {
  const { jQuery } = window;
  if (!jQuery?.fn.datetimepicker) {
    return;
  }
  jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
  document.addEventListener("keydown", (event) => {
    const picker = event.key === "Tab" && jQuery(event.target).data("xdsoft_datetimepicker");
    if (picker) {
      picker.trigger("close.xdsoft");
    }
  });
})();
