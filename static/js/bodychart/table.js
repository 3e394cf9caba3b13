// The table is the chart in words: what is typed in it is drawn at once, and can be taken back like a tap.
import { markOf, table } from "./page.js";
import { cell, isPlaced, isRemoved, value, write } from "./rows.js";
import { draw, letter, totals } from "./marks.js";
import { choose } from "./chosen.js";
import { remember } from "./changes.js";
import { mirrored } from "./suggesting.js";

const FIELDS = ["units", "side", "remove", "muscle", "figure", "x", "y"];
const read = (row) => Object.fromEntries(FIELDS.map((name) => [name, name === "remove" ? isRemoved(row) : value(row, name)]));
let was = null;

table.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (pick) choose(pick.closest("tr"));
});
table.addEventListener("focusin", (event) => {
  const row = event.target.closest("tr");
  was = { row, fields: read(row) };
});
table.addEventListener("input", (event) => {
  if (!event.target.name?.endsWith("-units")) return;
  letter(event.target.closest("tr"));
  totals();
});
table.addEventListener("change", (event) => {
  const row = event.target.closest("tr");
  const side = value(row, "side");
  const mark = markOf(row.dataset.site);
  const isMirrored = event.target.name?.endsWith("-side") && isPlaced(row) && mark && ![side, "midline"].includes(mark.dataset.side) && ["left", "right"].includes(side);
  if (isMirrored) {
    for (const [name, next] of Object.entries(mirrored(value(row, "figure"), value(row, "x"), side))) write(row, name, next);
  } else if (event.target.name?.endsWith("-muscle") && isPlaced(row)) {
    for (const name of ["figure", "x", "y"]) cell(row, name).value = ""; // another muscle has another place: the server finds it
  }
  if (was?.row === row) {
    const now = read(row);
    const changed = FIELDS.filter((name) => now[name] !== was.fields[name]);
    const only = (of) => Object.fromEntries(changed.map((name) => [name, of[name]]));
    if (changed.length) remember(row, only(was.fields), only(now));
    was = { row, fields: now };
  }
  row.hidden = isRemoved(row);
  draw(row);
  totals();
});
