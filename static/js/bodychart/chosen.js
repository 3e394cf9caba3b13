// The one site that is being worked on: its mark, its row and the drawing of its muscle say so together.
import { $, $$, editor, markOf } from "./page.js";
import { placed, rows, value } from "./rows.js";
import { showView } from "./views.js";

let current = null;
export const chosen = () => current;

export function choose(row, { focus = false } = {}) {
  current = row;
  for (const mark of $$(".mark")) {
    const isOn = row !== null && mark.dataset.mark === row.dataset.site;
    mark.setAttribute("aria-pressed", isOn);
    mark.setAttribute("tabindex", isOn ? "0" : "-1");
  }
  for (const svg of $$("svg[data-figure]")) if (!$('.mark[tabindex="0"]', svg)) $(".mark", svg)?.setAttribute("tabindex", "0");
  for (const other of rows()) other.classList.toggle("is-on", other === row);
  for (const part of $$(".mus, .joint")) part.classList.toggle("is-on", row !== null && part.dataset.muscle === value(row, "muscle") && [undefined, value(row, "side")].includes(part.dataset.side));
  editor.dispatchEvent(new CustomEvent("chart:chosen"));
  const mark = row && markOf(row.dataset.site);
  if (!mark) return;
  mark.parentNode.append(mark); // drawn last, so never under a neighbour
  showView(value(row, "figure"));
  if (focus) mark.focus({ preventScroll: true });
}

export function step(by) {
  const all = placed();
  if (all.length) choose(all[(all.indexOf(current) + by + all.length) % all.length], { focus: true });
}
