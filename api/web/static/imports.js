// A file may be dropped onto the field that takes it; what is under way is asked for again.
(function () {
  "use strict";
  var place = function (event) {
    return event.target.closest && event.target.closest("[data-drop]");
  };
  document.addEventListener("dragover", function (event) {
    var over = place(event);
    if (over) { event.preventDefault(); over.classList.add("over"); }
  });
  document.addEventListener("dragleave", function (event) {
    var over = place(event);
    if (over) { over.classList.remove("over"); }
  });
  document.addEventListener("drop", function (event) {
    var over = place(event);
    if (!over || !event.dataTransfer.files.length) { return; }
    event.preventDefault();
    over.classList.remove("over");
    over.querySelector('input[type="file"]').files = event.dataTransfer.files;
  });
  // Where htmx is loaded it asks for the part alone.
  if (!window.htmx && document.querySelector("[data-reloads]")) {
    window.setTimeout(function () { window.location.reload(); }, 1000);
  }
})();
