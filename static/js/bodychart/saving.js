// One thing at a time. A save and a signature sent together would look like two people at work: the button waits for the
// save under way, and once it is on its way no save follows it. Then: what the server answered is put in its place.
import { $$, form, markOf, words } from "./page.js";
import { cell, keepAnEmptyRow, rowOf, rows, value, write } from "./rows.js";
import { draw, totals } from "./marks.js";

let saving = false;
let waiting = null;
let leaving = false;
let sent = new Map();
const PLACE = ["muscle", "side", "figure", "x", "y"];
const placeOf = (row) => PLACE.map((name) => value(row, name)).join("|");

form.addEventListener("submit", (event) => {
  if (!saving) leaving = true;
  else {
    event.preventDefault();
    waiting = event.submitter;
  }
});
form.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving) event.preventDefault();
  else {
    saving = true;
    sent = new Map(rows().map((row) => [row.dataset.site, placeOf(row)]));
  }
});
form.addEventListener("htmx:afterRequest", () => {
  saving = false;
  setTimeout(() => {
    const button = waiting;
    if (!button || saving) return;
    waiting = null;
    form.requestSubmit(button.form === form ? button : null); // the answer may have replaced it
  }, 50);
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

// The server finds a place for a site that had none. What was moved or changed while the answer came stays as it is.
document.addEventListener("htmx:afterSwap", () => {
  for (const spot of $$("[data-placed]")) {
    const row = rowOf(spot.dataset.placed);
    const before = row && placeOf(row);
    if (row && before === sent.get(row.dataset.site)) {
      for (const name of ["figure", "x", "y"]) cell(row, name).value = spot.dataset[name];
      if (spot.dataset.side) write(row, "side", spot.dataset.side, words[spot.dataset.side]);
      if (placeOf(row) !== before || !markOf(row.dataset.site)) draw(row);
    }
    spot.remove();
  }
  keepAnEmptyRow();
  totals();
});
