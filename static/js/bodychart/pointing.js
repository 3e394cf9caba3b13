// A finger or a mouse on a figure: tap a site to choose it, tap anywhere else to add one, drag to adjust.
// Whatever lies within a fingertip of a mark belongs to it, and to the nearest if there are several.
import { $, $$, editor, SIZE, words } from "./page.js";
import { rowOf, takeEmptyRow, value } from "./rows.js";
import { put } from "./marks.js";
import { choose } from "./chosen.js";
import { change } from "./changes.js";
import { doseFor, muscleAt } from "./suggesting.js";
import { isClose, lookAt } from "./views.js";
import { askWhich } from "./which.js";
import { tell } from "./editor.js";

const REACH_PX = 22;
const CLEARLY_PX = 9;
const MOVED_PX = 6;

function near(svg, { clientX, clientY }) {
  return $$(".mark", svg)
    .map((mark) => {
      const box = $(".mark-shape", mark).getBoundingClientRect();
      return [Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY), mark];
    })
    .filter(([distance]) => distance <= REACH_PX)
    .sort((one, other) => one[0] - other[0]);
}

function pointIn(svg, event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const [width, height] = SIZE[svg.dataset.figure];
  const inside = (part) => Math.min(Math.max(part, 0), 1).toFixed(5);
  return { x: inside(at.x / width), y: inside(at.y / height) };
}

export function addAt(svg, event) {
  const point = pointIn(svg, event);
  const found = muscleAt(svg, event, point);
  if (!found) {
    tell(words.noMuscle);
    return;
  }
  const { muscle, side, isDrawn } = found;
  const units = doseFor(muscle, side);
  change(takeEmptyRow(), { muscle, side, figure: svg.dataset.figure, ...point, units });
  tell([isDrawn ? "" : words.nearest, units ? words.planned : words.added].filter(Boolean).join(" "));
  if (!units) $("#editor-units", editor).focus();
}

// A click, or a finger lifted where it was put down.
function tap(svg, event, isTouch) {
  const marks = near(svg, event);
  const pick = (mark) => choose(rowOf(mark.dataset.mark), { focus: true });
  const isUnsure = isTouch && marks.length > 1 && marks[1][0] - marks[0][0] < CLEARLY_PX;
  if (isUnsure) askWhich(marks.map(([, mark]) => mark), { pick, addNew: () => addAt(svg, event) });
  else if (marks.length) pick(marks[0][1]);
  else addAt(svg, event);
}

const isChosen = (mark) => mark?.getAttribute("aria-pressed") === "true";

for (const svg of $$("svg[data-figure]")) {
  let drag = null;
  let hasMoved = false;
  let isTouch = false;
  let finger = null; // where it really was: a browser moves a finger's click to what it takes for the target

  svg.addEventListener("pointerdown", (event) => {
    hasMoved = false;
    isTouch = event.pointerType === "touch";
    finger = { clientX: event.clientX, clientY: event.clientY };
    const mark = near(svg, event)[0]?.[1];
    const at = { x: event.clientX, y: event.clientY };
    // A finger that scrolls over the figure moves nothing: by touch, only the chosen mark can be dragged.
    if (mark && (!isTouch || isChosen(mark))) {
      const row = rowOf(mark.dataset.mark);
      if (!isTouch) choose(row, { focus: true });
      drag = { ...at, row, mark, from: mark.getAttribute("transform") };
      svg.setPointerCapture(event.pointerId);
    } else if (!mark && isClose(svg)) {
      const [left, top, width] = svg.getAttribute("viewBox").split(" ").map(Number);
      drag = { ...at, left, top, scale: width / svg.clientWidth };
    }
  });
  // Where a drag begins on the chosen mark the page must not scroll; that takes the click away too, so `drop` taps.
  svg.addEventListener("touchstart", (event) => {
    if (event.touches.length === 1 && isChosen(near(svg, event.touches[0])[0]?.[1])) event.preventDefault();
  }, { passive: false });

  svg.addEventListener("pointermove", (event) => {
    if (!drag || (!hasMoved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < MOVED_PX)) return;
    hasMoved = true;
    if (drag.mark) {
      const { x, y } = pointIn(svg, event);
      put(drag.mark, svg.dataset.figure, x, y);
    } else lookAt(svg, drag.left + (drag.x - event.clientX) * drag.scale, drag.top + (drag.y - event.clientY) * drag.scale);
  });

  const drop = (event) => {
    const was = drag;
    drag = null;
    if (!was?.mark) return;
    if (event.type === "pointercancel") was.mark.setAttribute("transform", was.from);
    else if (hasMoved) change(was.row, pointIn(svg, event));
    else if (isTouch) tap(svg, finger, isTouch);
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);
  svg.addEventListener("click", (event) => {
    if (!hasMoved) tap(svg, isTouch ? finger : event, isTouch);
  });
}

// A further site of the same muscle, a mark's width beside the chosen one.
export function addBeside(row) {
  const figure = value(row, "figure");
  const [width] = SIZE[figure];
  const along = Number(value(row, "x")) + (Number(value(row, "x")) < 0.5 ? -1 : 1) * (26 / width);
  const fields = Object.fromEntries(["muscle", "side", "figure", "y", "units"].map((name) => [name, value(row, name)]));
  change(takeEmptyRow(), { ...fields, x: Math.min(Math.max(along, 0.01), 0.99).toFixed(5) });
}
