// Another desk changed something: seen within seconds, while somebody looks. Nobody looking, nothing asked.
import { refresh } from "./sheet.js";

const EVERY = 10_000;
let timer = 0;

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    await refresh();
  } catch {
    // the line is down: the next look tries again
  }
  timer = setTimeout(look, EVERY);
}

document.addEventListener("visibilitychange", look);
window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
timer = setTimeout(look, EVERY);
