// A person is drawn onto a post with the mouse or by the grip with a finger; or taken up by the grip
// and set down on a post, by two taps or two keys. All lead to the effect, as the link and the key do.
(function () {
  "use strict";
  var FAR = 6; // pixels from which on a press is a drag
  var held = null; // drawn just now
  var taken = null; // taken up by its grip

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

  var go = function (row, post) {
    if (!post || post.dataset.vacancy === row.dataset.held) { return; }
    var to = new URL(document.querySelector("[data-effect]").dataset.effect, window.location.href);
    to.searchParams.set("do", row.dataset.held ? "move" : "pin");
    to.searchParams.set("person", row.dataset.person);
    to.searchParams.set("vacancy", post.dataset.vacancy);
    if (row.dataset.held) { to.searchParams.set("instead", row.dataset.held); }
    window.location.href = to.href;
  };
  var take = function (row) {
    if (taken) { taken.querySelector("[data-grip]").setAttribute("aria-pressed", "false"); }
    taken = row === taken ? null : row;
    if (taken) { taken.querySelector("[data-grip]").setAttribute("aria-pressed", "true"); }
    document.documentElement.classList.toggle("choosing", !!taken);
    var bar = document.querySelector("[data-taken]");
    bar.hidden = !taken;
    bar.querySelector("[role=status]").textContent = taken ? bar.dataset.taken.replace("#", taken.dataset.person) : "";
  };

  document.addEventListener("pointerdown", function (event) {
    var row = event.target.closest("[data-person]");
    // With a finger the list itself is scrolled; only the grip draws.
    var from = event.pointerType === "touch" ? "[data-grip]" : "[data-person] th, li[data-person]";
    var grip = event.target.closest(from);
    if (event.button !== 0 || !row || !grip) { return; }
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
    go(was.row, post);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-grip]")) { take(event.target.closest("[data-person]")); return; }
    if (event.target.closest("[data-let-go]")) { take(taken); return; }
    var post = taken && event.target.closest("[data-vacancy]");
    if (post) { event.preventDefault(); go(taken, post); }
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { end(); if (taken) { take(taken); } } });
})();
