// What a tap on the figure means: the muscle drawn there, else the nearest one of the catalogue; its side, its dose.
// A dose is only ever the plan's or the protocol's own; where neither says one, the clinician writes it.
import { SIZE, words } from "./page.js";

const points = JSON.parse(words.points);
const doses = JSON.parse(words.doses);

export function muscleAt(svg, event, { x, y }) {
  for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
    const part = element.closest("[data-muscle]:not(.mark)");
    if (part && svg.contains(part)) return { muscle: part.dataset.muscle, side: part.dataset.side ?? sideByPlace(svg.dataset.figure, Number(x)), isDrawn: true };
  }
  const [width, height] = SIZE[svg.dataset.figure];
  const near = points
    .filter((point) => point.figure === svg.dataset.figure)
    .map((point) => [Math.hypot((point.x - x) * width, (point.y - y) * height), point])
    .sort((one, other) => one[0] - other[0])[0]?.[1];
  return near ? { muscle: near.muscle, side: near.side, isDrawn: false } : null;
}

// Where the drawing has one part for both sides, the half of the figure says whose: the patient's own, never the viewer's.
export function sideByPlace(figure, x) {
  if (figure === "head_left") return "left";
  if (figure === "head_right") return "right";
  return figure.endsWith("_front") === x > 0.5 ? "left" : "right";
}

export const doseFor = (muscle, side) => doses[`${muscle}:${side}`] ?? doses[muscle] ?? "";

// The other side of the patient is the mirror's: the same height, and in a profile the other picture.
export function mirrored(figure, x, side) {
  const point = { side, x: (1 - Number(x)).toFixed(5) };
  if (figure === "head_left" || figure === "head_right") point.figure = side === "left" ? "head_left" : "head_right";
  return point;
}
