// A session's draft is saved at each change. This minds the answers that are none: somebody was faster, the sign-in ran out.
const $ = (query, within = document) => within.querySelector(query);
const form = $("#session-form");

// A sign-in page, or a form token that a sign-in elsewhere made old, is no answer to a save: the page stays as it is,
// takes a fresh token when there is one, and saves again.
const isOurs = (xhr) => xhr.responseText.includes("data-live") || xhr.status === 204;
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (isOurs(xhr) || xhr.status >= 500) return;
  event.preventDefault();
  freshToken();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOurs(event.detail.xhr)) return;
  $("[data-signed-out]").hidden = true;
  if (event.detail.xhr.status !== 409) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
let hasAsked = false;
async function freshToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = $("#session-form [name=csrfmiddlewaretoken]", page)?.value;
  $("[data-signed-out]").hidden = token !== undefined && !hasAsked;
  if (token === undefined || hasAsked) return;
  $("[name=csrfmiddlewaretoken]", form).value = token;
  hasAsked = true;
  form.dispatchEvent(new CustomEvent("chart:changed", { bubbles: true }));
  setTimeout(() => { hasAsked = false; }, 5000);
}
window.addEventListener("focus", () => {
  if (!$("[data-signed-out]").hidden) freshToken();
});
form.addEventListener("submit", (event) => {
  if ($("[data-signed-out]").hidden) return;
  event.preventDefault();
  $("[data-signed-out]").scrollIntoView({ block: "center" });
});
