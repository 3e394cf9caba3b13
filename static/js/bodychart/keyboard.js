// The chart without a pointer: arrows go from site to site, with Shift they move one, Enter opens it, Delete removes it.
import { $, editor, markOf } from "./page.js";
import { rowOf, value } from "./rows.js";
import { choose, step } from "./chosen.js";
import { change } from "./changes.js";

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const NUDGE = 0.005;

document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.(".mark");
  if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rowOf(mark.dataset.mark);
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) {
    const moved = (name, by) => Math.min(Math.max(Number(value(row, name)) + by * NUDGE, 0), 1).toFixed(5);
    change(row, { x: moved("x", arrow[0]), y: moved("y", arrow[1]) });
    markOf(row.dataset.site)?.focus({ preventScroll: true });
  } else if (arrow) {
    choose(row);
    step(arrow[0] + arrow[1]);
  } else if (event.key === "Enter" || event.key === " ") {
    choose(row);
    $("#editor-units", editor).focus();
    $("#editor-units", editor).select();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    change(row, { remove: true });
    $("[data-undo]", editor).focus(); // what was removed is one press away
  } else return;
  event.preventDefault();
});
