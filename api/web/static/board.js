// A person is drawn onto a post with the mouse: it leads to the effect, as the link and the key do.
(function () {
  "use strict";
  var FAR = 6; // pixels from which on a press is a drag
  var held = null;

  var over = function (event) {
    var found = document.elementFromPoint(event.clientX, event.clientY);
    return found && found.closest("[data-vacancy]");
  };
  var mark = function (post) {
    document.querySelectorAll("[data-vacancy].here").forEach(function (each) { each.classList.remove("here"); });
    if (post) { post.classList.add("here"); }
  };
  var end = function () {
    if (held && held.ghost) { held.ghost.remove(); }
    document.documentElement.classList.remove("drawing");
    mark(null);
    held = null;
  };

  document.addEventListener("pointerdown", function (event) {
    var row = event.target.closest("[data-person]");
    var grip = event.target.closest("[data-person] th, li[data-person]");
    if (event.button !== 0 || event.pointerType === "touch" || !row || !grip) { return; }
    held = { row: row, x: event.clientX, y: event.clientY, ghost: null };
  });
  document.addEventListener("pointermove", function (event) {
    if (!held) { return; }
    if (!held.ghost) {
      if (Math.abs(event.clientX - held.x) + Math.abs(event.clientY - held.y) < FAR) { return; }
      held.ghost = document.createElement("div");
      held.ghost.className = "ghost";
      held.ghost.textContent = held.row.dataset.person;
      document.body.appendChild(held.ghost);
      document.documentElement.classList.add("drawing");
    }
    held.ghost.style.left = event.clientX + 12 + "px";
    held.ghost.style.top = event.clientY + 8 + "px";
    mark(over(event));
    event.preventDefault();
  });
  document.addEventListener("pointerup", function (event) {
    if (!held) { return; }
    var was = held, post = held.ghost && over(event);
    end();
    if (!was.ghost) { return; }
    // What was let go of over a link is no click on it.
    var swallow = function (click) { click.preventDefault(); click.stopPropagation(); };
    document.addEventListener("click", swallow, { capture: true, once: true });
    window.setTimeout(function () { document.removeEventListener("click", swallow, true); }, 0);
    if (!post || post.dataset.vacancy === was.row.dataset.held) { return; }
    var to = new URL(document.querySelector("[data-effect]").dataset.effect, window.location.href);
    to.searchParams.set("do", was.row.dataset.held ? "move" : "pin");
    to.searchParams.set("person", was.row.dataset.person);
    to.searchParams.set("vacancy", post.dataset.vacancy);
    if (was.row.dataset.held) { to.searchParams.set("instead", was.row.dataset.held); }
    window.location.href = to.href;
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { end(); } });
})();
