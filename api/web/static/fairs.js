// A pairing that is being made tells how far it has come; when it ends the page is read anew.
(function () {
  "use strict";
  var place = document.querySelector("[data-job]");
  if (!place || !window.EventSource) { return; }
  var bar = place.querySelector("progress");
  var source = new EventSource("/api/v1/jobs/" + place.dataset.job + "/events");
  source.addEventListener("progress", function (event) {
    var job = JSON.parse(event.data);
    if (job.total) { bar.max = job.total; bar.value = job.done; }
  });
  source.addEventListener("end", function () {
    source.close();
    window.location.reload();
  });
})();
