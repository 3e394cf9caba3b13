// The plan's table: one site less or more, and a word to the server whenever something changed. The server does the sums.
const form = document.querySelector("form[data-plan]");
const tell = () => form.dispatchEvent(new CustomEvent("plan:changed"));

for (const button of form.querySelectorAll("[data-step]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const input = button.parentElement.querySelector("input");
    const now = Number.parseInt(input.value, 10);
    input.value = String(Math.max(0, (Number.isNaN(now) ? 0 : now) + Number(button.dataset.step)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
form.addEventListener("input", tell);
form.addEventListener("change", tell);

// Where a line differs stands how; else the word that it does not.
const mark = (place, words) => {
  if (!place) return;
  place.textContent = words || place.dataset.same;
  place.className = words ? "badge badge-accent" : "muted";
};

// What the server computed for each line goes into the table; the boxes themselves are left alone.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "plan-check") return;
  for (const told of event.target.querySelectorAll(".line-units")) {
    const row = form.querySelector(`tr[data-line="${CSS.escape(told.dataset.line)}"]`);
    if (!row) continue;
    const units = row.querySelector("[data-units]");
    if (units) units.textContent = told.dataset.units;
    mark(row.querySelector("[data-difference]"), told.dataset.difference);
    mark(row.querySelector("[data-last]"), told.dataset.last);
    row.classList.toggle("is-on", told.dataset.difference !== "" || told.dataset.last !== "");
  }
});
