// The free times by hand: the right arrow goes to the first, arrows go from time to time, Enter books.
const times = [...document.querySelectorAll("button.time")];
const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const step = steps[event.key];
  if (!step || !times.length || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable], [popover], dialog, .search")) return;
  const at = times.indexOf(document.activeElement);
  if (at === -1 && event.key !== "ArrowRight") return;
  event.preventDefault();
  times[Math.min(times.length - 1, Math.max(0, at + step))].focus();
});
