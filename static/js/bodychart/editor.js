// The docked editor: the chosen site's muscle, side and units, with targets for a gloved finger.
import { $, $$, editor, form, say, words } from "./page.js";
import { cell, isPlaced, nameOf, samePlace, value } from "./rows.js";
import { cents } from "./units.js";
import { chosen, step } from "./chosen.js";
import { change } from "./changes.js";
import { mirrored } from "./suggesting.js";

const units = $("#editor-units", editor);
const muscle = $("#editor-muscle", editor);

export const tell = (text) => {
  $('[data-editor="hint"]').textContent = text;
};

function paint() {
  const row = chosen();
  editor.hidden = false;
  for (const element of $$("button[data-dose], button[data-set-side], button[data-remove], button[data-beside], #editor-units, #editor-muscle", editor)) element.disabled = row === null;
  $('[data-editor="badge"]').hidden = row === null;
  if (!row) {
    $('[data-editor="name"]').textContent = words.none;
    for (const part of ["place", "volume"]) $(`[data-editor="${part}"]`).textContent = "";
    return;
  }
  const side = value(row, "side");
  const mine = samePlace(row);
  $('[data-editor="name"]').textContent = nameOf(row);
  $('[data-editor="place"]').textContent = mine.length > 1 ? say(words.site, { n: mine.indexOf(row) + 1, of: mine.length }) : "";
  $('[data-editor="volume"]').textContent = volumeOf(row);
  const badge = $('[data-editor="badge"]');
  badge.className = `side side-${side || "midline"}`;
  badge.replaceChildren(Object.assign(document.createElement("span"), { textContent: (words[side] ?? "?").slice(0, 1) }));
  if (document.activeElement !== units) units.value = value(row, "units");
  offerMuscles(row);
  for (const button of $$("[data-dose]", editor)) button.setAttribute("aria-pressed", cents(button.dataset.dose) === cents(value(row, "units")));
  for (const button of $$("[data-set-side]", editor)) {
    button.setAttribute("aria-pressed", button.dataset.setSide === side);
    button.disabled = side === "midline";
  }
}

const volumeOf = (row) => {
  const ml = $(`#ml-${CSS.escape(row.dataset.site)}`)?.textContent.trim();
  return ml ? say(words.volume, { ml }) : "";
};

// A site of the plan keeps its muscle; a new one's was only suggested, so it can be chosen here too.
function offerMuscles(row) {
  const field = cell(row, "muscle");
  const isFree = field.tagName === "SELECT";
  muscle.parentElement.hidden = !isFree;
  if (!isFree) return;
  if (!muscle.options.length) muscle.append(...[...field.children].slice(1).map((group) => group.cloneNode(true)));
  muscle.value = field.value;
}

export function beginEditor({ addBeside }) {
  editor.addEventListener("chart:chosen", paint);
  form.addEventListener("htmx:afterSettle", () => {
    if (chosen()) paint();
  });
  editor.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const row = chosen();
    if (button.dataset.step) step(Number(button.dataset.step));
    else if (!row) return;
    else if (button.dataset.dose) change(row, { units: button.dataset.dose });
    else if (button.dataset.setSide && button.dataset.setSide !== value(row, "side")) change(row, isPlaced(row) ? mirrored(value(row, "figure"), value(row, "x"), button.dataset.setSide) : { side: button.dataset.setSide });
    else if (button.matches("[data-beside]")) addBeside(row);
    else if (button.matches("[data-remove]")) change(row, { remove: true });
  });
  for (const field of [units, muscle]) field.addEventListener("change", (event) => event.stopPropagation());
  units.addEventListener("change", () => {
    if (chosen()) change(chosen(), { units: units.value.trim() });
  });
  muscle.addEventListener("change", () => {
    if (chosen()) change(chosen(), { muscle: muscle.value });
  });
  units.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape" && chosen()) units.value = value(chosen(), "units");
    units.blur(); // what was typed belongs to this site: it is taken before the next one is chosen
    step(event.key === "Enter" ? 1 : 0);
  });
}
