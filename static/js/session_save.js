// A session's draft is saved at each change. This minds the answers that are none: somebody was faster, the sign-in ran out.
import { freshToken } from "./token.js";

const $ = (query, within = document) => within.querySelector(query);
const form = $("#session-form");

// A sign-in page, or a form token that a sign-in elsewhere made old, is no answer to a save: the page stays as it is,
// takes a fresh token when there is one, and saves again.
const isOurs = (xhr) => xhr.responseText.includes("data-live") || xhr.status === 204;
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (isOurs(xhr) || xhr.status >= 500) return;
  event.preventDefault();
  saveAgain();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event.detail.xhr)) return;
  $("[data-signed-out]").hidden = true;
  if (event.detail.xhr.status !== 409) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
let hasAsked = false;
async function saveAgain() {
  const isFresh = !hasAsked && await freshToken(form);
  $("[data-signed-out]").hidden = isFresh;
  if (!isFresh) return;
  hasAsked = true;
  form.dispatchEvent(new CustomEvent("chart:changed", { bubbles: true }));
  setTimeout(() => { hasAsked = false; }, 5000);
}
window.addEventListener("focus", () => {
  if (!$("[data-signed-out]").hidden) saveAgain();
});
form.addEventListener("submit", (event) => {
  if ($("[data-signed-out]").hidden) return;
  event.preventDefault();
  $("[data-signed-out]").scrollIntoView({ block: "center" });
});
