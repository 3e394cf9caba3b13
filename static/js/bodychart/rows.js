// The table's fields hold the data; the marks only show them. One row is one needle entry.
import { $, $$, table } from "./page.js";

export const rowOf = (key) => $(`tr[data-site="${CSS.escape(key)}"]`, table);
export const cell = (row, name) => row.querySelector(`[name="${CSS.escape(row.dataset.site)}-${name}"]`);
export const value = (row, name) => cell(row, name)?.value.trim() ?? "";
export const isRemoved = (row) => cell(row, "remove").checked;
export const isPlaced = (row) => !isRemoved(row) && value(row, "figure") !== "" && value(row, "x") !== "" && value(row, "y") !== "";
export const isEmpty = (row) => !value(row, "muscle") && !value(row, "units") && !value(row, "figure");
export const rows = () => $$("tr[data-site]", table);
export const placed = () => rows().filter(isPlaced);
export const nameOf = (row) => $("[data-pick]", row)?.textContent ?? cell(row, "muscle").selectedOptions?.[0]?.textContent ?? "";
export const samePlace = (row) => placed().filter((other) => value(other, "muscle") === value(row, "muscle") && value(other, "side") === value(row, "side"));

// A select takes a side it did not offer: the muscle decides, not the row's first choice.
export function write(row, name, next, word = next) {
  const field = cell(row, name);
  if (name === "remove") {
    field.checked = next;
    return;
  }
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === next)) field.add(new Option(word, next));
  field.value = next;
}

// The first empty row, with another put behind it, so that the table never runs out of them.
export function takeEmptyRow() {
  const empty = rows().find(isEmpty);
  table.append(copyOf(empty));
  return empty;
}

export function keepAnEmptyRow() {
  if (rows().some(isEmpty)) return;
  const blank = copyOf(rows().at(-1));
  for (const field of $$("input:not([name='row']):not([type='checkbox']), select", blank)) field.value = "";
  for (const field of $$("input[type='checkbox']", blank)) field.checked = false;
  $(".row-error", blank).textContent = "";
  blank.hidden = false;
  table.append(blank);
}

function copyOf(row) {
  const copy = row.cloneNode(true);
  const from = row.dataset.site;
  const to = newKey();
  copy.dataset.site = to;
  for (const element of $$("*", copy)) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes(from)) element.setAttribute(attribute.name, attribute.value.replaceAll(from, to));
    }
  }
  return copy;
}

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
