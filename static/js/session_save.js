// A session's draft is saved at each change. This minds the answers that are none: somebody was faster, the sign-in ran out;
// lets nobody leave before the last word is saved; and keeps on this device what could not be, for the same account only.
import { freshToken } from "./token.js";

const $ = (query, within = document) => within.querySelector(query);
const form = $("#session-form");
const signedOut = $("[data-signed-out]");

// --- what is typed and not saved yet -----------------------------------------------------------------------------
let typed = 0;
let sentAt = 0;
let savedAt = 0;
let answeredAt = 0; // the server has read it: kept, or said why not
let pressed = null;
let isLeaving = false;
const isUnsaved = () => typed > savedAt;
for (const name of ["input", "change", "chart:changed"]) form.addEventListener(name, () => { typed += 1; });
let underWay = false;
// htmx would send a save to the address of the button pressed last.
form.addEventListener("htmx:configRequest", (event) => { event.detail.path = form.getAttribute("hx-post"); });
form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.defaultPrevented || isLeaving) return;
  sentAt = typed;
  underWay = true;
});

// --- answers that are none ---------------------------------------------------------------------------------------
// A sign-in page, or a form token that a sign-in elsewhere made old, is no answer to a save: the page stays as it is,
// takes a fresh token when there is one, and saves again.
const isOurs = (xhr) => xhr.responseText.includes("data-live") || xhr.status === 204;
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (isOurs(xhr) || xhr.status >= 500) return;
  event.preventDefault();
  again();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event.detail.xhr)) return;
  signedOut.hidden = true;
  if (event.detail.xhr.status !== 409) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
let hasAsked = false;
async function again() {
  const isFresh = await freshToken(form);
  signedOut.hidden = isFresh && !hasAsked;
  if (!signedOut.hidden) stay();
  if (!isFresh || hasAsked) return;
  hasAsked = true;
  form.dispatchEvent(new CustomEvent("save:now", { bubbles: true }));
  setTimeout(() => { hasAsked = false; }, 5000);
}
window.addEventListener("focus", () => {
  if (!signedOut.hidden) again();
});
function stay() {
  pressed = null;
  signedOut.scrollIntoView({ block: "center" });
}

// --- a press waits until the last word is saved ------------------------------------------------------------------
// What the press sends would be lost behind a sign-in page; what is saved is not.
form.addEventListener("submit", (event) => {
  if (signedOut.hidden && typed <= answeredAt) {
    isLeaving = true;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!signedOut.hidden) stay();
  else {
    pressed = event.submitter;
    if (!underWay || sentAt < typed) form.dispatchEvent(new CustomEvent("save:now", { bubbles: true }));
  }
}, { capture: true });
form.addEventListener("htmx:afterRequest", (event) => {
  const { xhr } = event.detail;
  underWay = false;
  if (!xhr || !isOurs(xhr)) return;
  answeredAt = sentAt;
  const isKept = xhr.status === 200 && xhr.responseText.includes('data-live="kept"');
  if (isKept) {
    savedAt = sentAt;
    localStorage.removeItem(key);
  }
  if (!pressed || typed > answeredAt) return;
  const button = pressed;
  pressed = null;
  // After whoever else waits for this answer; a button that the answer replaced is pressed no more, its form still is.
  setTimeout(() => form.requestSubmit(button.form === form ? button : null), 60);
});

// --- a closed tab ------------------------------------------------------------------------------------------------
const LASTS_MS = 12 * 60 * 60 * 1000;
const account = $('meta[name="account"]')?.content ?? "";
const key = `interval.session.${account}.${location.pathname}`;
// Asked whether to leave, the page has time to keep it; a browser in a hurry ends a page that hides before it can.
window.addEventListener("beforeunload", (event) => {
  if (!isUnsaved() || isLeaving) return;
  event.preventDefault();
  keep();
});
window.addEventListener("pagehide", () => {
  if (isUnsaved() && !isLeaving) keep();
});
function keep() {
  const entries = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), entries }));
  } catch { /* no room or not allowed: the warning was all there is */ }
}
window.addEventListener("pageshow", () => { isLeaving = false; });

function kept() {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    if (draft && Date.now() - draft.at < LASTS_MS) return draft;
  } catch { /* a draft nobody can read is no draft */ }
  localStorage.removeItem(key);
  return null;
}
const draft = kept();
const notice = $("[data-keep-notice]");
if (draft && notice) {
  notice.hidden = false;
  const at = new Date(draft.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  $("[data-keep-when]", notice).textContent = at;
  $("[data-keep-discard]", notice).addEventListener("click", () => {
    localStorage.removeItem(key);
    notice.hidden = true;
  });
  // The server draws it, with the version it was typed on: what a colleague saved meanwhile is shown beside it.
  $("[data-keep-restore]", notice).addEventListener("click", () => {
    const again = Object.assign(document.createElement("form"), { method: "post", action: form.action, hidden: true });
    const token = $("[name=csrfmiddlewaretoken]", form).value;
    for (const [name, value] of [["csrfmiddlewaretoken", token], ...draft.entries]) {
      again.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    localStorage.removeItem(key);
    document.body.append(again);
    again.submit();
  });
}
