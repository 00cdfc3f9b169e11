// A field that is corrected in place: Escape leaves it as it was; Enter is the form's own.
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    var form = event.key === "Escape" && event.target.closest && event.target.closest("[data-in-place]");
    if (!form) { return; }
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-leaves]").click();
  }, true);
})();
