// A search that answers while one types: of the top row (Ctrl-K), and of the page that asks whom to book for.
// Arrows walk what was found; Enter takes the one who was found, goes to the first of several or of those spelt nearly so, or asks for all.
// In the top row a patient opens as the caller's card: letters and arrows choose what to do, Escape goes a step back.
const WALKED = "a[href]:not([tabindex='-1']), button[data-act]";

function begin(box) {
  const form = box.matches("form") ? box : box.querySelector("form");
  const input = form.querySelector("input[type=search]");
  const panel = box.querySelector(".search-hits");
  let isAsking = false; // what was typed is on its way
  let takes = false; // Enter came before the answer

  const isAnswered = () => panel.querySelector("[data-found]")?.dataset.found === input.value.trim();
  const card = () => panel.querySelector("[data-caller]");
  const close = () => panel.replaceChildren();

  function ask() {
    if (!isAsking) input.dispatchEvent(new Event("find"));
  }

  function take() {
    const found = [...panel.querySelectorAll("[data-hit]")];
    if (found.length === 1 && !panel.querySelector("[data-near]")) found[0].click();
    else if (found.length) found[0].focus();
    else form.submit();
  }

  function walk(step) {
    const all = [...panel.querySelectorAll(WALKED)];
    const at = all.indexOf(document.activeElement) + step;
    if (at < 0 && !card()) input.focus();
    else all[Math.max(0, Math.min(at, all.length - 1))]?.focus();
  }

  function back() {
    const wasCard = card();
    close();
    input.focus();
    if (wasCard && input.value.trim()) ask();
  }

  function onKey(event) {
    const isTyping = event.target === input;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && panel.childElementCount) back();
    else if (event.key === "Enter" && isTyping && input.value.trim()) {
      takes = !isAnswered();
      if (takes) ask();
      else take();
    } else if (/^Arrow(Down|Up)$/.test(event.key) && panel.childElementCount) walk(event.key === "ArrowDown" ? 1 : -1);
    else if (!isTyping && panel.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)) {
      panel.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`).click();
    } else return;
    event.preventDefault();
  }

  box.addEventListener("keydown", onKey);
  input.addEventListener("input", () => { isAsking = true; takes = false; });
  input.addEventListener("htmx:afterRequest", (event) => {
    isAsking = false;
    if (takes && !event.detail.successful) form.submit();
  });
  box.addEventListener("htmx:afterSettle", () => {
    if (card()) walk(1);
    else if (takes && isAnswered()) {
      takes = false;
      take();
    }
  });
  addEventListener("load", () => { // typed before the scripts came
    if (document.activeElement === input && input.value.trim() && !panel.childElementCount) ask();
  });
  if (box === form) return; // a search that is part of its page stays open
  document.addEventListener("click", (event) => {
    if (event.target.isConnected && !box.contains(event.target)) close();
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) close();
  });
}

for (const box of document.querySelectorAll("[data-live-search]")) begin(box);

// A sign-in that has run out answers a fragment with the sign-in page: show that page whole, it leads back here.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (!answered || !new URL(answered).pathname.endsWith("/sign-in/")) return;
  event.detail.shouldSwap = false;
  location.reload();
});
