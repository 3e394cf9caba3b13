// The search of the top row while one types: arrows walk the people found, Escape closes, a click elsewhere too.
const form = document.querySelector("[data-live-search]");
const input = form?.querySelector("input[type=search]");
const panel = form?.querySelector(".search-hits");

function links() {
  return [...panel.querySelectorAll("a")];
}

function close() {
  panel.replaceChildren();
}

function onKey(event) {
  if (event.key === "Escape" && panel.childElementCount) {
    event.preventDefault();
    close();
    input.focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = links();
  if (!all.length) return;
  event.preventDefault();
  const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (at < 0) input.focus();
  else all[Math.min(at, all.length - 1)].focus();
}

if (form) {
  form.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
}

// A sign-in that has run out answers a fragment with the sign-in page: show that page whole, it leads back here.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (!answered || !new URL(answered).pathname.endsWith("/sign-in/")) return;
  event.detail.shouldSwap = false;
  location.reload();
});
