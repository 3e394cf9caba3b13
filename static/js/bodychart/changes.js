// Every change to a row goes through here, so each can be taken back and done again.
import { $, $$, form, words } from "./page.js";
import { cell, isRemoved, rowOf, value, write } from "./rows.js";
import { draw, letter, totals } from "./marks.js";
import { choose } from "./chosen.js";

const done = [];
const takenBack = [];

export function change(row, fields) {
  const before = {};
  for (const name of Object.keys(fields)) before[name] = name === "remove" ? cell(row, name).checked : value(row, name);
  if (Object.entries(fields).every(([name, next]) => before[name] === next)) return;
  remember(row, before, fields);
  apply(row, done.at(-1).after);
}

// What was typed in the table is there already; only how to take it back is kept.
export function remember(row, before, after) {
  const isNew = before.muscle === ""; // a row that was empty goes again as a whole: half of one would be a mistake
  done.push({ key: row.dataset.site, before: isNew ? { remove: true } : before, after: isNew ? { ...after, remove: false } : after });
  takenBack.length = 0;
  buttons();
}

export function undo() {
  const last = done.pop();
  if (!last) return;
  takenBack.push(last);
  apply(rowOf(last.key), last.before);
}

export function redo() {
  const last = takenBack.pop();
  if (!last) return;
  done.push(last);
  apply(rowOf(last.key), last.after);
}

function apply(row, fields) {
  for (const [name, next] of Object.entries(fields)) write(row, name, next, words[next]);
  row.hidden = isRemoved(row);
  if (Object.keys(fields).every((name) => name === "units")) letter(row);
  else draw(row);
  totals();
  choose(isRemoved(row) ? null : row);
  buttons();
  form.dispatchEvent(new CustomEvent("chart:changed", { bubbles: true }));
}

function buttons() {
  for (const button of $$("[data-undo]")) button.disabled = done.length === 0;
  for (const button of $$("[data-redo]")) button.disabled = takenBack.length === 0;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-undo]")) undo();
  else if (event.target.closest("[data-redo]")) redo();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) redo();
  else return;
  event.preventDefault();
});
