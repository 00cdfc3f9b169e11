// A pairing that is being made tells how far it has come; when it ends the page is read anew.
(function () {
  "use strict";
  var place = document.querySelector("[data-job]");
  if (!place || !window.fetch) { return; }
  var bar = place.querySelector("progress");
  var look = function () {
    fetch("/api/v1/jobs/" + place.dataset.job, { credentials: "same-origin" }).then(function (answer) {
      return answer.json();
    }).then(function (job) {
      if (/^(done|failed|cancelled)$/.test(job.state)) { window.location.reload(); return; }
      if (job.total) { bar.max = job.total; bar.value = job.done; }
      window.setTimeout(look, 700);
    }).catch(function () {
      // The service starts anew: the job goes on there, and so does this page.
      window.setTimeout(look, 3000);
    });
  };
  window.setTimeout(look, 400);
})();
