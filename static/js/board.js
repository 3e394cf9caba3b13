// Today's board goes on by itself: waiting minutes, and what another desk pressed, are there within half a minute.
// While somebody looks, and while no menu is open; what was unfolded stays so, and the focus where it was.
const EVERY = 30_000;
const PARTS = [".counts", ".lanes"];
let timer = 0;

function nameOf(element) {
  const form = element?.closest?.("form[action]");
  if (form) return `form[action="${CSS.escape(form.getAttribute("action"))}"] button`;
  return element?.getAttribute?.("href") ? `a[href="${CSS.escape(element.getAttribute("href"))}"]` : null;
}

function draw(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of PARTS) {
    const old = document.querySelector(part);
    const anew = fresh.querySelector(part);
    if (!old || !anew) continue;
    const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const unfolded = [...old.querySelectorAll("details.rest[open]")].map((one) => one.closest("[data-lane]").dataset.lane);
    old.replaceWith(document.adoptNode(anew));
    for (const lane of unfolded) anew.querySelector(`[data-lane="${CSS.escape(lane)}"] details.rest`)?.setAttribute("open", "");
    if (focused) anew.querySelector(focused)?.focus();
  }
}

async function look() {
  clearTimeout(timer);
  timer = setTimeout(look, EVERY);
  if (document.hidden || document.querySelector(".lanes details.menu-below[open]")) return;
  const address = new URL(location.href);
  address.searchParams.set("part", "board");
  try {
    const answer = await fetch(address);
    if (answer.redirected) location.reload(); // the sign-in has run out
    else if (answer.ok) draw(await answer.text());
  } catch {
    // the line is down: the next look tries again
  }
}

document.addEventListener("visibilitychange", look);
timer = setTimeout(look, EVERY);
