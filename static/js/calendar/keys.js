// The sheet by keyboard: arrows go from visit to visit and over free times, M moves the visit in focus, U changes its end.
// Free times are no stops of Tab, or a day would have hundreds.
import { box } from "./sheet.js";
import { open } from "./panel.js";

const STOPS = ".appt, a.slot";
const FIELDS = { m: "#id_to", u: "#id_until" };

function quiet() {
  for (const one of box.querySelectorAll("a.slot")) one.tabIndex = -1;
}

const top = (one) => one.getBoundingClientRect().top;

function next(from, step) {
  const name = from.closest(".cal-col").dataset.key;
  const all = [...box.querySelectorAll(`.cal-col[data-key="${CSS.escape(name)}"]`)].flatMap((column) => [...column.querySelectorAll(STOPS)]);
  all.sort((one, other) => top(one) - top(other));
  return all[all.indexOf(from) + step];
}

function beside(from, step) {
  const column = from.closest(".cal-col");
  const columns = [...column.parentElement.querySelectorAll(".cal-col")];
  for (let at = columns.indexOf(column) + step; at >= 0 && at < columns.length; at += step) {
    const near = [...columns[at].querySelectorAll(STOPS)].sort((one, other) => Math.abs(top(one) - top(from)) - Math.abs(top(other) - top(from)))[0];
    if (near) return near;
  }
  return null;
}

const WAYS = {
  ArrowDown: (from) => next(from, 1),
  ArrowUp: (from) => next(from, -1),
  ArrowRight: (from) => beside(from, 1),
  ArrowLeft: (from) => beside(from, -1),
};

box.addEventListener("keydown", (event) => {
  const from = event.target.closest(STOPS);
  if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = FIELDS[event.key.toLowerCase()];
  if (field && from.matches(".appt")) {
    event.preventDefault();
    open(from, field);
  } else if (WAYS[event.key]) {
    event.preventDefault();
    WAYS[event.key](from)?.focus();
  }
});
box.addEventListener("drawn", quiet);
quiet();
