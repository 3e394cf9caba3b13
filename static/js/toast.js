// A toast stays eight seconds, and for as long as a pointer or the focus rests on it. A refusal stays until closed.
const STAYS_MS = 8000;

function leave(toast) {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), 300);
}

function watch(toast) {
  const close = toast.querySelector("[data-close-toast]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
  }
  if (toast.classList.contains("toast-stop")) return;
  let timer = setTimeout(() => leave(toast), STAYS_MS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => leave(toast), STAYS_MS);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", release);
}

for (const toast of document.querySelectorAll(".toast")) watch(toast);

// What a script did is said in the same place.
const spot = document.querySelector(".toast-spot");
if (spot) new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const one of addedNodes) if (one instanceof HTMLElement && one.matches(".toast")) watch(one);
}).observe(spot, { childList: true });
