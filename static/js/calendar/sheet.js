// The sheet as it is drawn: where a row is, which instant it stands for, and the sheet drawn anew.
export const box = document.getElementById("cal-sheet");
export const QUARTER = 15 * 60_000;

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: box.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
let holds = 0;

export const time = (instant) => clock.format(instant);

// Nothing is drawn anew while a hand holds something.
export function hold() {
  holds += 1;
  return () => { holds -= 1; };
}

function isBusy() {
  return holds > 0 || box.querySelector(".refusal") !== null; // somebody reads why not
}

export function columnAt(x, y) {
  return document.elementsFromPoint(x, y).find((one) => one.matches(".cal-col"));
}

export function rowHeight(column) {
  return column.getBoundingClientRect().height / Number(column.dataset.rows);
}

export function rowAt(column, y) {
  return Math.floor((y - column.getBoundingClientRect().top) / rowHeight(column)) + 1;
}

export function instantOf(column, row) {
  return Date.parse(column.dataset.begins) + (row - 1) * QUARTER;
}

export function rowsOf(minutes) {
  return Math.max(1, Math.ceil(minutes / 15));
}

// Puts an element at a row for so many rows: places are classes, for no style may be written in a page.
export function lay(element, row, rows) {
  for (const name of [...element.classList]) if (/^[rs]\d+$/.test(name)) element.classList.remove(name);
  element.classList.add(`r${row}`, `s${rows}`);
}

// Asks whether the sheet is still true, and draws it anew where it is not. The focus stays where it was.
export async function refresh() {
  const answer = await fetch(box.dataset.live, { headers: { "If-None-Match": box.dataset.mark } });
  if (answer.status === 304 || isBusy()) return;
  if (answer.redirected) location.reload(); // signed out meanwhile
  if (answer.status !== 200) return;
  const words = await answer.text();
  if (isBusy()) return;
  const was = document.activeElement;
  const focused = box.contains(was) ? was.id || was.getAttribute("href") : "";
  box.innerHTML = words;
  box.dataset.mark = answer.headers.get("ETag");
  if (focused) [...box.querySelectorAll("a")].find((one) => one.id === focused || one.getAttribute("href") === focused)?.focus({ preventScroll: true });
  box.dispatchEvent(new Event("drawn"));
}
