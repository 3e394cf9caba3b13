// The recall list by hand: choosing what came of a call sets the usual day to ring again, until somebody types one;
// j and k, or the arrows, go from row to row.
const form = document.querySelector("form[data-log-call]");
const day = form?.elements.again_on;
let isTyped = Boolean(day?.value);
day?.addEventListener("input", (event) => { isTyped = event.isTrusted && day.value !== ""; });
function suggest() {
  const chosen = form?.querySelector("[name=outcome]:checked");
  if (chosen && !isTyped) day.value = chosen.dataset.again;
}
form?.addEventListener("change", suggest);
suggest(); // chosen before this script came

const rows = [...document.querySelectorAll("[data-row]")];
const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable], [popover], dialog")) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (at === -1 && event.key.startsWith("Arrow")) return;
  const next = rows[Math.min(rows.length - 1, Math.max(0, at === -1 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
  if (!next) return;
  event.preventDefault();
  (next.querySelector(".acts a:last-of-type") ?? next.querySelector("a"))?.focus();
});
