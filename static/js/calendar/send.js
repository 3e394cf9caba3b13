// Sends what a hand did. Done, the page says so with its undo; refused, it says why where the visit was put down.
import { freshToken } from "../token.js";
import { box, lay, refresh } from "./sheet.js";

const form = document.getElementById("cal-send");
const spot = document.querySelector(".toast-spot");
const FORBIDDEN = 403;

async function post(address, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } });
}

export async function send(address, fields, { visit, key, row }) {
  let answer;
  try {
    answer = await post(address, fields);
    if (answer.status === FORBIDDEN && (await freshToken(form))) answer = await post(address, fields);
    if (answer.redirected || answer.status === FORBIDDEN) return location.reload(); // signed out meanwhile
  } catch {
    return refuse(document.getElementById("cal-no-answer").innerHTML, key, row);
  }
  const said = await answer.text();
  await refresh();
  if (answer.ok) spot.insertAdjacentHTML("beforeend", said);
  else if (answer.status < 500) refuse(said, key, row);
  else refuse(document.getElementById("cal-no-answer").innerHTML, key, row);
  if (answer.ok) document.getElementById(`v-${visit}`)?.focus({ preventScroll: true });
}

export function dismiss() {
  for (const one of box.querySelectorAll(".refusal")) one.remove();
}

function refuse(words, { name, begins }, row) {
  dismiss();
  const columns = [...box.querySelectorAll(`.cal-col[data-key="${CSS.escape(name)}"]`)];
  const column = columns.find((one) => one.dataset.begins === begins) ?? columns[0];
  if (!column) return;
  const place = document.createElement("div");
  place.className = "refusal";
  place.tabIndex = -1;
  place.setAttribute("role", "alert");
  place.innerHTML = words;
  lay(place, Math.max(1, Math.min(row, Number(column.dataset.rows) - 4)), 5);
  column.append(place);
  place.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]") || !event.target.closest(".refusal")) dismiss();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") dismiss(); });
