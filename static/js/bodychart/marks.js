// The marks on the figures, and the sums that follow from the rows.
import { $, $$, form, markOf, say, SIZE, svgOf, words } from "./page.js";
import { isEmpty, isPlaced, isRemoved, nameOf, placed, rows, samePlace, value } from "./rows.js";
import { cents, shown } from "./units.js";

const TARGET_PX = 44;

export function draw(row) {
  const key = row.dataset.site;
  const side = value(row, "side") || "midline";
  markOf(key)?.remove();
  if (!isPlaced(row)) return;
  const figure = value(row, "figure");
  const mark = $(`#mark-${side}`).content.querySelector(".mark").cloneNode(true);
  Object.assign(mark.dataset, { mark: key, muscle: value(row, "muscle"), side });
  put(mark, figure, value(row, "x"), value(row, "y"));
  $(".marks", svgOf(figure)).append(mark);
  letter(row);
  aim(mark);
}

export function put(mark, figure, x, y) {
  const [width, height] = SIZE[figure];
  mark.setAttribute("transform", `translate(${Number(x) * width} ${Number(y) * height})`);
}

// The number in the mark, and what a screen reader says of it: "Frontalis left, 5 units, site 1 of 2".
export function letter(row) {
  const mark = markOf(row.dataset.site);
  if (!mark) return;
  const units = value(row, "units");
  const text = $(".mark-units", mark);
  text.textContent = units || "?";
  text.toggleAttribute("data-long", units.length > 3);
  mark.dataset.units = units;
  mark.setAttribute("aria-label", labelOf(row));
}

export function labelOf(row) {
  const mine = samePlace(row);
  const place = [nameOf(row), (words[value(row, "side")] ?? "").toLowerCase()].filter(Boolean).join(" ");
  const label = [place, say(words.units, { units: value(row, "units") || "?" })];
  if (mine.length > 1) label.push(say(words.site, { n: mine.indexOf(row) + 1, of: mine.length }));
  return label.join(", ");
}

// However large the figure stands on the screen, a mark's target is a finger wide.
export function aim(mark) {
  const inner = $(".mark-in", mark);
  const scale = inner.getScreenCTM()?.a;
  if (scale) $(".mark-hit", mark).setAttribute("r", (TARGET_PX / 2 / scale).toFixed(2));
}

export function totals() {
  const used = rows().filter((row) => !isRemoved(row) && !isEmpty(row));
  const sum = (list) => list.reduce((all, row) => all + cents(value(row, "units")), 0);
  for (const place of $$("[data-total]")) place.textContent = shown(sum(used));
  $("[data-declared]", form).value = shown(sum(used)).replaceAll(",", "");
  for (const figure of $$(".body-figure")) {
    const here = placed().filter((row) => value(row, "figure") === figure.dataset.view);
    const spot = $(".tally-words", figure);
    if (spot) spot.textContent = say(here.length === 1 ? words.tallyOne : words.tally, { n: here.length, units: shown(sum(here)) });
    const count = $(`[data-view-tab="${figure.dataset.view}"] [data-count]`);
    if (count) count.textContent = here.length || "";
  }
  for (const tab of $$("[data-plate-tab]")) {
    const head = tab.dataset.plateTab === "plate-head";
    const count = $("[data-count]", tab);
    if (count) count.textContent = placed().filter((row) => value(row, "figure").startsWith("head") === head).length || "";
  }
}
