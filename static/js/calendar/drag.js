// A visit dragged elsewhere, or its lower edge. It is put down on a quarter hour; the server says whether it may be there.
import { box, columnAt, hold, instantOf, lay, QUARTER, rowAt, rowHeight, rowsOf, time } from "./sheet.js";
import { dismiss, send } from "./send.js";

const FAR_ENOUGH = 5; // pixels: less is a press
const EDGE = 48;
let held = null;
let wasDragged = false;

function begin(event) {
  const visit = event.target.closest?.(".appt[data-can]");
  if (!visit || held || event.button !== 0 || event.pointerType === "touch") return;
  const stretches = event.target.matches(".grip");
  if (!visit.dataset.can.split(" ").includes(stretches ? "stretch" : "move")) return;
  const column = visit.closest(".cal-col");
  held = { visit, column, stretches, x: event.clientX, y: event.clientY, pointer: event.pointerId, rows: rowsOf(Number(visit.dataset.minutes)), from: rowAt(column, visit.getBoundingClientRect().top + 1), ghost: null };
  held.grabbed = rowAt(column, event.clientY) - held.from;
}

function pickUp() {
  held.release = hold();
  held.ghost = held.visit.cloneNode(true);
  held.ghost.removeAttribute("id");
  held.ghost.setAttribute("aria-hidden", "true");
  held.ghost.tabIndex = -1;
  held.ghost.className = held.ghost.className.replace(/\b(of|at)\d\b/g, "");
  held.ghost.classList.add("is-ghost");
  held.label = Object.assign(document.createElement("span"), { className: "ghost-time" });
  held.ghost.append(held.label);
  held.visit.classList.add("is-source");
  box.classList.add(held.stretches ? "is-stretched" : "is-held");
  dismiss();
}

function carry(event) {
  if (!held || event.pointerId !== held.pointer) return;
  if (!held.ghost) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR_ENOUGH) return;
    pickUp();
  }
  event.preventDefault();
  if (event.clientY < EDGE) scrollBy(0, -EDGE / 4);
  else if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE / 4);
  const column = held.stretches ? held.column : columnAt(event.clientX, event.clientY);
  if (!column) return;
  const last = Number(column.dataset.rows);
  if (held.stretches) {
    const bottom = Math.round((event.clientY - column.getBoundingClientRect().top) / rowHeight(column));
    held.length = Math.max(1, Math.min(bottom, last) - held.from + 1);
    held.row = held.from;
  } else {
    held.length = held.rows;
    held.row = Math.max(1, Math.min(rowAt(column, event.clientY) - held.grabbed, last - held.rows + 1));
  }
  held.over = column;
  lay(held.ghost, held.row, held.length);
  if (held.ghost.parentElement !== column) column.append(held.ghost);
  const starts = instantOf(column, held.row);
  const ends = held.stretches ? starts + held.length * QUARTER : starts + Number(held.visit.dataset.minutes) * 60_000;
  held.label.textContent = `${time(starts)}–${time(ends)}`;
}

function letGo() {
  held.release?.();
  held.ghost?.remove();
  held.visit.classList.remove("is-source");
  box.classList.remove("is-held", "is-stretched");
  held = null;
}

function putDown(event) {
  if (!held || event.pointerId !== held.pointer) return;
  const { visit, over, row, length, stretches, ghost, column, from } = held;
  letGo();
  if (!ghost || !over) return;
  wasDragged = true; // the click that follows is no press
  setTimeout(() => { wasDragged = false; });
  const where = { visit: visit.dataset.visit, key: { name: over.dataset.key, begins: over.dataset.begins }, row: row + length };
  const version = visit.dataset.version;
  if (stretches) {
    const minutes = (instantOf(over, row + length) - instantOf(over, row)) / 60_000;
    if (minutes !== Number(visit.dataset.minutes)) send(`${visit.getAttribute("href")}until/`, { minutes, version }, where);
    return;
  }
  if (over === column && row === from) return;
  const fields = { version, at: new Date(instantOf(over, row)).toISOString() };
  if (over.dataset.clinician) fields.clinician = over.dataset.clinician;
  if (over.dataset.room) fields.room = over.dataset.room;
  send(`${visit.getAttribute("href")}place/`, fields, where);
}

box.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", carry);
document.addEventListener("pointerup", putDown);
document.addEventListener("pointercancel", () => { if (held) letGo(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held) letGo(); });
box.addEventListener("click", (event) => {
  if (!wasDragged) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
box.addEventListener("dragstart", (event) => event.preventDefault()); // the browser would drag the link
