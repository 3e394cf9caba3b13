// One view at a time on a phone, head and body as tabs, a closer look at one figure.
import { $, $$, editor, SIZE, svgOf } from "./page.js";
import { aim } from "./marks.js";

const plates = $$("[data-plate]");
const CLOSER = 2;

export function showPlate(id) {
  for (const plate of plates) plate.hidden = plate.id !== id;
  for (const bar of $$("[data-views]")) bar.hidden = bar.dataset.views !== id;
  for (const tab of $$("[data-plate-tab]")) tab.setAttribute("aria-pressed", tab.dataset.plateTab === id);
  const dock = $(`#${id} [data-dock]`);
  if (dock && editor.parentNode !== dock) dock.append(editor);
}

export function showView(figure) {
  const plate = svgOf(figure).closest("[data-plate]");
  showPlate(plate.id);
  for (const one of $$(".body-figure", plate)) one.classList.toggle("is-view", one.dataset.view === figure);
  for (const tab of $$(`[data-views="${plate.id}"] [data-view-tab]`)) tab.setAttribute("aria-pressed", tab.dataset.viewTab === figure);
}

// --- a closer look ----------------------------------------------------------------------------------------------
const whole = new Map();
export const isClose = (svg) => whole.has(svg);

export function closer(svg, at) {
  const button = $("[data-closer]", svg.closest(".body-figure"));
  if (isClose(svg)) {
    svg.setAttribute("viewBox", whole.get(svg));
    whole.delete(svg);
    nameSides(svg);
  } else {
    whole.set(svg, svg.getAttribute("viewBox"));
    const [, , width, height] = whole.get(svg).split(" ").map(Number);
    lookAt(svg, at.x - width / CLOSER / 2, at.y - height / CLOSER / 2);
  }
  button?.setAttribute("aria-pressed", isClose(svg));
  svg.classList.toggle("is-close", isClose(svg));
  for (const mark of $$(".mark", svg)) aim(mark);
}

export function lookAt(svg, left, top) {
  const [x, y, width, height] = whole.get(svg).split(" ").map(Number);
  const within = (place, least, most) => Math.min(Math.max(place, least), most);
  const w = width / CLOSER, h = height / CLOSER;
  svg.setAttribute("viewBox", [within(left, x, x + width - w), within(top, y, y + height - h), w, h].map((part) => part.toFixed(1)).join(" "));
  nameSides(svg);
}

// A side that is out of sight is not named over the part that is left.
function nameSides(svg) {
  const sides = $$(".own-side", svg.closest(".body-figure"));
  if (sides.length < 2) return;
  const [left, , width] = svg.getAttribute("viewBox").split(" ").map(Number);
  const middle = SIZE[svg.dataset.figure][0] / 2;
  sides[0].classList.toggle("is-out", left >= middle);
  sides[1].classList.toggle("is-out", left + width <= middle);
}

// Where to look closer: at the chosen mark, else at the middle of the marks, else at the middle of the drawing.
function middleOf(svg) {
  const marks = $$('.mark[aria-pressed="true"]', svg).concat($$(".mark", svg));
  const [width, height] = SIZE[svg.dataset.figure];
  if (!marks.length) return { x: width / 2, y: height / 2 };
  const { e, f } = marks[0].transform.baseVal.consolidate().matrix;
  return { x: e, y: f };
}

export function beginViews() {
  plates.forEach((plate) => plate.classList.add("one-view"));
  for (const hidden of $$("[data-plates], [data-ghosts], [data-closer]")) hidden.hidden = false;
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-plate-tab], [data-view-tab], [data-closer]");
    if (tab?.dataset.plateTab) showPlate(tab.dataset.plateTab);
    else if (tab?.dataset.viewTab) showView(tab.dataset.viewTab);
    else if (tab) {
      const svg = $("svg[data-figure]", tab.closest(".body-figure"));
      closer(svg, middleOf(svg));
    }
  });
  $("[data-ghosts]")?.addEventListener("change", (event) => plates.forEach((plate) => plate.classList.toggle("no-ghosts", !event.target.checked)));
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) for (const mark of $$(".mark", target)) aim(mark);
  });
  for (const svg of $$("svg[data-figure]")) resized.observe(svg);
}
