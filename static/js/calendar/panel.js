// A visit that is pressed opens beside the sheet, with the form that does what dragging does. On a phone its page opens.
import { box } from "./sheet.js";

const panel = document.getElementById("cal-visit");
const wide = matchMedia("(min-width: 761px)");
let opener = null;

export async function open(visit, field = "") {
  opener = visit.id;
  for (const one of box.querySelectorAll(".is-selected")) one.classList.remove("is-selected");
  visit.classList.add("is-selected");
  await fill(`${visit.getAttribute("href")}panel/`);
  (panel.querySelector(field || "#cal-visit-name a") ?? panel).focus();
}

async function fill(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.redirected) return location.reload(); // signed out meanwhile
  if (!answer.ok) return;
  panel.innerHTML = await answer.text();
  panel.hidden = false;
  panel.setAttribute("aria-labelledby", "cal-visit-name");
}

function close() {
  panel.hidden = true;
  panel.replaceChildren();
  for (const one of box.querySelectorAll(".is-selected")) one.classList.remove("is-selected");
  document.getElementById(opener)?.focus();
}

box.addEventListener("click", (event) => {
  const visit = event.target.closest(".appt[data-visit]");
  if (!visit || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(visit);
});
panel.addEventListener("click", (event) => { if (event.target.closest("[data-close-visit]")) close(); });
panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
panel.addEventListener("change", async (event) => {
  const changed = event.target.closest("[data-again]");
  if (!changed) return;
  const form = changed.form;
  const asked = new URLSearchParams({ clinician: form.elements.clinician.value, on: form.elements.on.value });
  await fill(`${form.dataset.panel}?${asked}`);
  document.getElementById(changed.id)?.focus();
});
box.addEventListener("drawn", () => { if (!panel.hidden) document.getElementById(opener)?.classList.add("is-selected"); });
