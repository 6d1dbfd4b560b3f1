// Follow what is worked on: one stream per marked element, at most five, and reload once a run has ended.
"use strict";

const marked = Array.from(document.querySelectorAll("[data-problem]")).slice(0, 5);

for (const element of marked) {
  const source = new EventSource(`/v1/problems/${element.dataset.problem}/events`);
  const show = (message) => {
    const event = JSON.parse(message.data);
    const row = element.querySelector(`[data-step="${event.body.step}"]`);
    const badge = (row ?? element).querySelector(".badge");
    if (row) {
      const bar = row.querySelector("progress");
      const said = row.querySelector(".meta");
      if (typeof event.body.progress === "number") bar.value = event.body.progress;
      if (event.body.activity) said.textContent = event.body.activity;
      if (event.body.execution_status) {
        badge.textContent = event.body.execution_status;
        badge.className = `badge ${event.body.execution_status}`;
      }
    } else if (element.tagName === "SPAN" && badge) {
      badge.textContent = String(event.body.status).replaceAll("_", " ");
    }
  };
  for (const kind of ["step_started", "step_progress", "step_completed", "step_failed", "run_waiting"]) {
    source.addEventListener(kind, show);
  }
  source.addEventListener("end", () => {
    source.close();
    window.location.reload();
  });
}
