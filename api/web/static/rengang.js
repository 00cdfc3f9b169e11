// What a page does beside reading and submitting: keys, drafts, rows chosen, charts drawn.
// Everything here is an addition; each page works without it.
(function () {
  "use strict";

  var typing = function (node) {
    if (!node || /^(checkbox|radio)$/.test(node.type)) { return false; }
    return /^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName) || node.isContentEditable;
  };

  // Keys: "/" to the search, "?" to the list of keys, J and K along the rows of the main list,
  // Enter opens the row, and any element with data-key answers to its own key within the row
  // that is chosen, else on the page.
  var rows = function () {
    return Array.prototype.slice.call(document.querySelectorAll("[data-rows] > *"));
  };
  var chosen = function () {
    return document.querySelector('[data-rows] > [aria-selected="true"]');
  };
  var choose = function (row) {
    rows().forEach(function (each) { each.removeAttribute("aria-selected"); });
    row.setAttribute("aria-selected", "true");
    var first = row.querySelector("th a") || row.querySelector("a, button, input, summary");
    if (first) { first.focus(); }
    row.scrollIntoView({ block: "nearest" });
  };
  var step = function (by) {
    var all = rows();
    if (!all.length) { return; }
    var at = all.indexOf(chosen());
    choose(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  };
  var press = function (key) {
    var within = chosen();
    var wanted = '[data-key="' + key + '"]';
    var found = (within && within.querySelector(wanted)) || document.querySelector("main > " + wanted + ", .actions " + wanted + ", #told " + wanted);
    if (!found) { return false; }
    if (found.tagName === "SUMMARY") { found.parentNode.open = !found.parentNode.open; found.focus(); }
    else { found.click(); }
    return true;
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target)) { return; }
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "/") {
      var find = document.getElementById("find");
      if (find) { find.focus(); event.preventDefault(); }
    } else if (key === "?") {
      window.location.href = "/keys";
    } else if (key === "j") { step(1); event.preventDefault(); }
    else if (key === "k") { step(-1); event.preventDefault(); }
    else if (/^[a-z0-9]$/.test(key) && press(key)) { event.preventDefault(); }
  });

  // Choosing rows: one box in the head for all, the number of those chosen in the bar of actions.
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (box.matches("[data-all]")) {
      document.querySelectorAll('input[name="' + box.dataset.all + '"]').forEach(function (each) {
        each.checked = box.checked;
      });
    }
    document.querySelectorAll("[data-counts]").forEach(function (told) {
      told.textContent = document.querySelectorAll('input[name="' + told.dataset.counts + '"]:checked').length;
    });
    if (box.matches("[data-submits]") && box.form) { box.form.requestSubmit(); }
  });

  // Drafts: what was typed into a form with data-draft outlives a session that ends, in this tab.
  var fields = function (form) {
    return Array.prototype.filter.call(form.elements, function (each) {
      return each.name && each.name !== "csrf" && !/^(password|file|hidden|submit|button)$/.test(each.type);
    });
  };
  var keep = function (form) {
    var kept = {};
    fields(form).forEach(function (each) {
      if (/^(checkbox|radio)$/.test(each.type)) { kept[each.name + "=" + each.value] = each.checked; }
      else { kept[each.name] = each.value; }
    });
    sessionStorage.setItem("draft " + form.dataset.draft, JSON.stringify(kept));
  };
  var restore = function (form) {
    var text = sessionStorage.getItem("draft " + form.dataset.draft);
    if (!text) { return; }
    var kept = JSON.parse(text);
    fields(form).forEach(function (each) {
      var name = /^(checkbox|radio)$/.test(each.type) ? each.name + "=" + each.value : each.name;
      if (!(name in kept)) { return; }
      if (typeof kept[name] === "boolean") { each.checked = kept[name]; } else { each.value = kept[name]; }
    });
    var told = form.querySelector("[data-restored]");
    if (told) { told.hidden = false; }
  };
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.dataset.draft) { keep(form); }
  });
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.draft) { sessionStorage.removeItem("draft " + event.target.dataset.draft); }
    var ask = event.submitter && event.submitter.dataset.ask;
    if (ask && !window.confirm(ask)) { event.preventDefault(); }
  });
  document.addEventListener("click", function (event) {
    var hand = event.target.closest("[data-print]");
    if (hand) { window.print(); }
  });

  // Charts: the page carries what to draw; without the library the table under it says the same.
  var draw = function (within) {
    if (!window.echarts) { return; }
    within.querySelectorAll("[data-chart]").forEach(function (place) {
      if (place.dataset.drawn) { return; }
      place.dataset.drawn = "yes"; // an empty place has no height, and a chart takes what it finds
      var spec = JSON.parse(place.dataset.chart);
      spec.animation = false;
      spec.textStyle = { fontFamily: "inherit" };
      spec.tooltip = Object.assign({ trigger: "axis", renderMode: "richText" }, spec.tooltip || {});
      spec.color = spec.color || ["#1456c8", "#8f959e", "#1b7f4b", "#8f5600", "#c9302c"];
      var made = window.echarts.init(place, null, { renderer: "canvas" });
      made.setOption(spec);
      window.addEventListener("resize", function () { made.resize(); });
      made.on("click", function (event) {
        if (event.data && event.data.to) { window.location.href = event.data.to; }
      });
    });
  };

  var ready = function () {
    document.querySelectorAll("form[data-draft]").forEach(restore);
    document.querySelectorAll("[data-needs-script]").forEach(function (each) { each.hidden = false; });
    draw(document);
    var faults = document.getElementById("faults");
    if (faults) { faults.focus(); }
  };
  // Files of a page that are deferred as this one is come after it: the chart library among them.
  if (document.readyState === "complete") { ready(); } else { document.addEventListener("DOMContentLoaded", ready); }
  document.addEventListener("htmx:afterSettle", function (event) { draw(event.target); });
  // Refusals carry a sentence to be read: a part of a page shows them as well.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.status !== 401) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
})();
