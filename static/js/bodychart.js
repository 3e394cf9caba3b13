// The body chart and the table of sites are one thing: the table's fields hold the data, the marks show them.
// Everything here can be done in the table without script. Units are counted in hundredths, so sums are exact.
const $ = (query, within = document) => within.querySelector(query);
const $$ = (query, within = document) => [...within.querySelectorAll(query)];

const form = $("#session-form");
const table = $("#sites tbody");
const editor = $("#site-editor");
const words = $("#chart-words").dataset;
const REACH_PX = 22;
const SIZE = { head_front: [400, 500], head_back: [400, 500], head_left: [400, 500], head_right: [400, 500], body_front: [500, 1000], body_back: [500, 1000] };
const undo = [];
let current = null;

// --- the table's rows -------------------------------------------------------------------------------------------
const rowOf = (key) => $(`tr[data-site="${CSS.escape(key)}"]`, table);
const cell = (row, name) => row.querySelector(`[name="${CSS.escape(row.dataset.site)}-${name}"]`);
const value = (row, name) => cell(row, name)?.value.trim() ?? "";
const isRemoved = (row) => cell(row, "remove").checked;
const isPlaced = (row) => !isRemoved(row) && value(row, "figure") !== "" && value(row, "x") !== "" && value(row, "y") !== "";
const isEmpty = (row) => !value(row, "muscle") && !value(row, "units") && !value(row, "figure");
const rows = () => $$("tr[data-site]", table);
const placed = () => rows().filter(isPlaced);

// The server reads and refuses; this only reads what it would accept, for the preview.
function cents(text) {
  const found = /^(\d*)(?:\.(\d{0,2})0*)?\s*(?:u|units?)?$/i.exec(text.trim());
  if (!found || !(found[1] || found[2])) return 0;
  return Number(found[1] || 0) * 100 + Number((found[2] ?? "").padEnd(2, "0") || 0);
}
function shown(hundredths) {
  const whole = Math.floor(hundredths / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (hundredths % 100).toString().padStart(2, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : whole;
}
const say = (text, values) => Object.entries(values).reduce((said, [name, word]) => said.replace(`{${name}}`, word), text);

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// A further row, copied from an empty one, so that the table never runs out of them.
function freshRow() {
  const empty = rows().find(isEmpty);
  const copy = empty.cloneNode(true);
  const from = empty.dataset.site;
  const to = newKey();
  copy.dataset.site = to;
  for (const element of $$("*", copy)) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes(from)) element.setAttribute(attribute.name, attribute.value.replaceAll(from, to));
    }
  }
  table.append(copy);
  return empty;
}

// --- the marks --------------------------------------------------------------------------------------------------
const markOf = (key) => $(`.mark[data-mark="${CSS.escape(key)}"]`);
const svgOf = (figure) => $(`svg[data-figure="${figure}"]`);
const nameOf = (row) => $("[data-pick]", row)?.textContent ?? cell(row, "muscle").selectedOptions?.[0]?.textContent ?? "";

function draw(row) {
  const key = row.dataset.site;
  const side = value(row, "side") || "midline";
  markOf(key)?.remove();
  if (!isPlaced(row)) return;
  const figure = value(row, "figure");
  const mark = $(`#mark-${side}`).content.querySelector(".mark").cloneNode(true);
  const [width, height] = SIZE[figure];
  mark.setAttribute("transform", `translate(${Number(value(row, "x")) * width} ${Number(value(row, "y")) * height})`);
  Object.assign(mark.dataset, { mark: key, muscle: value(row, "muscle"), side });
  $(".marks", svgOf(figure)).append(mark);
  write(row);
}

function write(row) {
  const mark = markOf(row.dataset.site);
  if (!mark) return;
  const units = value(row, "units");
  const text = $(".mark-units", mark);
  text.textContent = units || "?";
  text.toggleAttribute("data-long", units.length > 3);
  mark.dataset.units = units;
  const mine = placed().filter((other) => value(other, "muscle") === value(row, "muscle") && value(other, "side") === value(row, "side"));
  const where = say(words.site, { n: mine.indexOf(row) + 1, of: mine.length });
  mark.setAttribute("aria-label", [nameOf(row), words[value(row, "side")] ?? "", where, say(words.units, { units: units || "?" })].join(", "));
}

function totals() {
  const used = rows().filter((row) => !isRemoved(row) && !isEmpty(row));
  const sum = (list) => list.reduce((all, row) => all + cents(value(row, "units")), 0);
  for (const place of $$("[data-total]")) place.textContent = shown(sum(used));
  $("[data-declared]").value = shown(sum(used)).replaceAll(",", "");
  for (const figure of $$(".body-figure")) {
    const here = placed().filter((row) => value(row, "figure") === figure.dataset.view);
    const spot = $(".tally-words", figure);
    if (spot) spot.textContent = say(here.length === 1 ? words.tallyOne : words.tally, { n: here.length, units: shown(sum(here)) });
  }
}

// --- choosing and changing --------------------------------------------------------------------------------------
function choose(row, { focus = false } = {}) {
  current = row;
  for (const mark of $$(".mark")) {
    const isOn = row !== null && mark.dataset.mark === row.dataset.site;
    mark.setAttribute("aria-pressed", isOn);
    mark.setAttribute("tabindex", isOn ? "0" : "-1");
  }
  for (const svg of $$("svg[data-figure]")) if (!$('.mark[tabindex="0"]', svg)) $(".mark", svg)?.setAttribute("tabindex", "0");
  for (const other of rows()) other.classList.toggle("is-on", other === row);
  for (const part of $$(".mus, .joint")) part.classList.toggle("is-on", row !== null && part.dataset.muscle === value(row, "muscle") && [undefined, value(row, "side")].includes(part.dataset.side));
  editor.hidden = false;
  paint();
  if (!row) return;
  const mark = markOf(row.dataset.site);
  if (mark) {
    mark.parentNode.append(mark);
    showView(value(row, "figure"));
    if (focus) mark.focus({ preventScroll: true });
  }
}

function paint() {
  const has = current !== null;
  for (const element of $$("button[data-dose], button[data-set-side], button[data-remove], button[data-step], #editor-units", editor)) element.disabled = !has;
  if (!has) return;
  const side = value(current, "side");
  $('[data-editor="name"]').textContent = nameOf(current);
  $('[data-editor="place"]').textContent = words[side] ?? "";
  const badge = $('[data-editor="badge"]');
  badge.className = `side side-${side || "midline"}`;
  badge.innerHTML = "";
  badge.append(Object.assign(document.createElement("span"), { textContent: (words[side] ?? "?").slice(0, 1) }));
  if (document.activeElement !== $("#editor-units")) $("#editor-units").value = value(current, "units");
  for (const button of $$("[data-dose]", editor)) button.setAttribute("aria-pressed", cents(button.dataset.dose) === cents(value(current, "units")));
  for (const button of $$("[data-set-side]", editor)) {
    button.setAttribute("aria-pressed", button.dataset.setSide === side);
    button.disabled = side === "midline";
  }
}

function change(row, fields, { keepUndo = true } = {}) {
  const before = {};
  for (const [name, next] of Object.entries(fields)) {
    const field = cell(row, name);
    before[name] = name === "remove" ? field.checked : field.value;
    if (name === "remove") field.checked = next;
    else if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === next)) field.add(new Option(words[next] ?? next, next));
    if (name !== "remove") field.value = next;
  }
  if (keepUndo) undo.push({ row, before });
  $("[data-undo]").hidden = undo.length === 0;
  row.hidden = isRemoved(row);
  const onlyUnits = Object.keys(fields).every((name) => name === "units");
  if (onlyUnits) write(row);
  else draw(row);
  totals();
  choose(isRemoved(row) ? null : row);
  form.dispatchEvent(new CustomEvent("chart:changed", { bubbles: true }));
}

function mirrored(row, side) {
  const point = { side };
  const figure = value(row, "figure");
  if (figure === "head_left" || figure === "head_right") point.figure = side === "left" ? "head_left" : "head_right";
  point.x = (1 - Number(value(row, "x"))).toFixed(5);
  return point;
}

// --- pointing at a figure ---------------------------------------------------------------------------------------
const middle = (mark) => {
  const box = $(".mark-shape", mark).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
};
function nearest(svg, event) {
  const found = $$(".mark", svg).map((mark) => {
    const [x, y] = middle(mark);
    return [Math.hypot(x - event.clientX, y - event.clientY), mark];
  }).sort((one, other) => one[0] - other[0])[0];
  return found && found[0] <= REACH_PX ? found[1] : null;
}
function pointIn(svg, event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const [width, height] = SIZE[svg.dataset.figure];
  const inside = (part) => Math.min(Math.max(part, 0), 1).toFixed(5);
  return { x: inside(at.x / width), y: inside(at.y / height) };
}
function muscleAt(svg, event) {
  for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
    const part = element.closest("[data-muscle]:not(.mark)");
    if (part && svg.contains(part)) return part.dataset;
  }
  return null;
}

function add(svg, event) {
  const part = muscleAt(svg, event);
  if (!part) {
    $('[data-editor="hint"]').textContent = words.noMuscle;
    return;
  }
  const row = freshRow();
  const { x, y } = pointIn(svg, event);
  const side = part.side ?? sideByPlace(svg.dataset.figure, Number(x));
  change(row, { muscle: part.muscle, side, figure: svg.dataset.figure, x, y });
  $('[data-editor="hint"]').textContent = words.added;
  $("#editor-units").value = "";
  $("#editor-units").focus();
}
// Where the drawing has one part for both sides, the half of the figure says whose: the patient's own, never the viewer's.
function sideByPlace(figure, x) {
  if (figure === "head_left") return "left";
  if (figure === "head_right") return "right";
  return figure.endsWith("_front") === x > 0.5 ? "left" : "right";
}

for (const svg of $$("svg[data-figure]")) {
  let drag = null;
  svg.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest(".mark") ?? nearest(svg, event);
    if (!mark) return;
    const row = rowOf(mark.dataset.mark);
    choose(row, { focus: true });
    drag = { row, mark, x: event.clientX, y: event.clientY, from: mark.getAttribute("transform"), moved: false };
    if (event.pointerType !== "touch" || event.target.closest(".mark")) svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 6) return;
    drag.moved = true;
    const { x, y } = pointIn(svg, event);
    const [width, height] = SIZE[svg.dataset.figure];
    drag.mark.setAttribute("transform", `translate(${x * width} ${y * height})`);
  });
  const drop = (event) => {
    if (!drag) return;
    const { row, mark, moved, from } = drag;
    drag = null;
    if (!moved) return;
    if (event.type === "pointercancel") mark.setAttribute("transform", from);
    else change(row, pointIn(svg, event));
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);
  svg.addEventListener("click", (event) => {
    if (event.target.closest(".mark") || nearest(svg, event)) return;
    add(svg, event);
  });
}

// --- keys, buttons, the table -----------------------------------------------------------------------------------
function step(by) {
  const all = placed();
  if (all.length) choose(all[(all.indexOf(current) + by + all.length) % all.length], { focus: true });
}
document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.(".mark");
  if (!mark) return;
  const row = rowOf(mark.dataset.mark);
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (by && event.shiftKey) {
    const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    change(row, { x: (Number(value(row, "x")) + dx * 0.005).toFixed(5), y: (Number(value(row, "y")) + dy * 0.005).toFixed(5) });
    markOf(row.dataset.site)?.focus({ preventScroll: true });
  } else if (by) {
    choose(row);
    step(by);
  } else if (event.key === "Enter" || event.key === " ") {
    choose(row);
    $("#editor-units").focus();
    $("#editor-units").select();
  } else if (event.key === "Delete") change(row, { remove: true });
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select") || !undo.length) return;
  event.preventDefault();
  takeBack();
});
function takeBack() {
  const { row, before } = undo.pop();
  change(row, before, { keepUndo: false });
}
editor.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-undo]")) takeBack();
  else if (button.dataset.step) step(Number(button.dataset.step));
  else if (!current) return;
  else if (button.dataset.dose) change(current, { units: button.dataset.dose });
  else if (button.dataset.setSide && button.dataset.setSide !== value(current, "side")) change(current, mirrored(current, button.dataset.setSide));
  else if (button.matches("[data-remove]")) change(current, { remove: true });
});
$("#editor-units").addEventListener("change", (event) => {
  event.stopPropagation();
  if (current) change(current, { units: event.target.value });
});
$("#editor-units").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (current) change(current, { units: event.target.value });
  step(1);
});
table.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (pick) choose(pick.closest("tr"));
});
table.addEventListener("input", (event) => {
  const row = event.target.closest("tr");
  if (!event.target.name?.endsWith("-units")) return;
  write(row);
  totals();
});
table.addEventListener("change", (event) => {
  const row = event.target.closest("tr");
  if (event.target.name?.endsWith("-side") && isPlaced(row)) {
    const mark = markOf(row.dataset.site);
    if (mark && mark.dataset.side !== value(row, "side") && value(row, "side") !== "midline") {
      for (const [name, next] of Object.entries(mirrored(row, value(row, "side")))) cell(row, name).value = next;
    }
  }
  if (isRemoved(row)) row.hidden = true;
  draw(row);
  totals();
});

// --- one view at a time on a phone; head and body as tabs -------------------------------------------------------
const plates = $$("[data-plate]");
const moveEditor = (plate) => $("[data-dock]", plate)?.append(editor);
function showPlate(id) {
  for (const plate of plates) plate.hidden = plate.id !== id;
  for (const bar of $$("[data-views]")) bar.hidden = bar.dataset.views !== id;
  for (const tab of $$("[data-plate-tab]")) tab.setAttribute("aria-pressed", tab.dataset.plateTab === id);
  moveEditor($(`#${id}`));
}
function showView(figure) {
  const plate = svgOf(figure).closest("[data-plate]");
  showPlate(plate.id);
  for (const one of $$(".body-figure", plate)) one.classList.toggle("is-view", one.dataset.view === figure);
  for (const tab of $$(`[data-views="${plate.id}"] [data-view-tab]`)) tab.setAttribute("aria-pressed", tab.dataset.viewTab === figure);
}
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-plate-tab], [data-view-tab]");
  if (tab?.dataset.plateTab) showPlate(tab.dataset.plateTab);
  else if (tab) showView(tab.dataset.viewTab);
});
$("[data-ghosts]").addEventListener("change", (event) => plates.forEach((plate) => plate.classList.toggle("no-ghosts", !event.target.checked)));

// --- one thing at a time ----------------------------------------------------------------------------------------
// A save and a signature sent together would look like two people at work: the button waits for the save under way,
// and once it is on its way no save follows it.
let saving = false;
let waiting = null;
let leaving = false;
form.addEventListener("submit", (event) => {
  if (!saving) leaving = true;
  else {
    event.preventDefault();
    waiting = event.submitter;
  }
});
form.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving) event.preventDefault();
  else saving = true;
});
form.addEventListener("htmx:afterRequest", () => {
  saving = false;
  setTimeout(() => {
    const button = waiting;
    if (!button || saving) return;
    waiting = null;
    form.requestSubmit(button);
  }, 50);
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

// --- the server's answers ---------------------------------------------------------------------------------------
document.addEventListener("htmx:afterSwap", () => {
  for (const spot of $$("[data-placed]")) {
    const row = rowOf(spot.dataset.placed);
    if (!row) continue;
    const isNew = !isPlaced(row) || value(row, "side") !== spot.dataset.side;
    for (const name of ["figure", "x", "y"]) cell(row, name).value = spot.dataset[name];
    if (isNew && spot.dataset.side) {
      const side = cell(row, "side");
      if (![...side.options].some((option) => option.value === spot.dataset.side)) side.add(new Option(words[spot.dataset.side], spot.dataset.side));
      side.value = spot.dataset.side;
    }
    if (isNew || markOf(row.dataset.site)?.dataset.side !== spot.dataset.side) draw(row);
    spot.remove();
  }
  if (!rows().some(isEmpty)) addEmpty();
  totals();
});
function addEmpty() {
  const blank = rows().at(-1).cloneNode(true);
  const from = rows().at(-1).dataset.site;
  const to = newKey();
  blank.dataset.site = to;
  for (const element of $$("*", blank)) {
    for (const attribute of [...element.attributes]) if (attribute.value.includes(from)) element.setAttribute(attribute.name, attribute.value.replaceAll(from, to));
  }
  for (const field of $$("input:not([name='row']):not([type='checkbox']), select", blank)) field.value = "";
  for (const field of $$("input[type='checkbox']", blank)) field.checked = false;
  $(".row-error", blank).textContent = "";
  blank.hidden = false;
  table.append(blank);
}

// --- begin ------------------------------------------------------------------------------------------------------
for (const hidden of $$("[data-plates], [data-ghosts]")) hidden.hidden = false;
plates.forEach((plate) => plate.classList.add("one-view"));
const first = placed()[0];
choose(first ?? null);
showView(first ? value(first, "figure") : "head_front");
totals();
