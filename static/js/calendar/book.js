// A free time that is pressed opens its booking over the sheet: who, then what for. Without script it is a page.
import { box, hold } from "./sheet.js";

const dialog = document.getElementById("cal-book");
let release = null;

async function show(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.redirected) return location.reload(); // signed out meanwhile
  if (!answer.ok) return location.assign(address);
  dialog.innerHTML = await answer.text();
  window.htmx?.process(dialog);
  if (!dialog.open) {
    release = hold();
    dialog.showModal();
  }
  (dialog.querySelector("[autofocus], input:checked") ?? dialog).focus();
}

function here(address) {
  const url = new URL(address, location.href);
  if (!url.searchParams.get("back")) url.searchParams.set("back", location.pathname + location.search);
  return url;
}

box.addEventListener("click", (event) => {
  const free = event.target.closest("a.slot");
  if (!free || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(here(free.href));
});
dialog.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-step], a[data-hit]");
  if (!link) return;
  event.preventDefault();
  show(here(link.href));
});
dialog.addEventListener("submit", (event) => { // Enter in the search: the first who was found
  if (!event.target.matches("[data-step]")) return;
  event.preventDefault();
  const found = dialog.querySelectorAll("[data-hit]");
  if (found.length === 1) found[0].click();
  else found[0]?.focus();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const found = [...dialog.querySelectorAll(".search-hits a")];
  if (!found.length) return;
  event.preventDefault();
  const at = found.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (at < 0) dialog.querySelector("[type=search]").focus();
  else found[Math.min(at, found.length - 1)].focus();
});
dialog.addEventListener("close", () => {
  release?.();
  release = null;
  dialog.replaceChildren();
});
