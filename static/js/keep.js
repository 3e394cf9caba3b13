// Keeps what is typed into <form data-keep> until it is saved: an expired sign-in, a closed tab or a broken page loses nothing.
//
// A draft belongs to one account and one address, lasts a working day, and is offered back, never put in by itself, except
// after signing in again. Pages without an account (a patient's link) keep it in the tab only. Passwords and files are not kept.
// A page that the server drew with what was typed has data-keep-bound. Rows that a page adds by script: listen for
// "keep:restore" on the form (detail: the list of [name, value]) and add them there.
const LASTS_MS = 12 * 60 * 60 * 1000;
const account = document.querySelector('meta[name="account"]')?.content ?? "";
const store = account ? localStorage : sessionStorage;
const prefix = "interval.draft.";

const keyOf = (form) => `${prefix}${account}.${new URL(form.action, location.href).pathname}`;
const sentKey = (key) => `interval.sent.${key}`;

function read(key) {
  try {
    const draft = JSON.parse(store.getItem(key));
    if (draft && Date.now() - draft.at < LASTS_MS) return draft;
  } catch { /* a draft nobody can read is no draft */ }
  store.removeItem(key);
  return null;
}

function typed(form) {
  const secret = new Set([...form.querySelectorAll('input[type="password"]')].map((input) => input.name));
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && !secret.has(name));
}

function write(form, key) {
  try {
    store.setItem(key, JSON.stringify({ at: Date.now(), entries: typed(form) }));
  } catch { /* no room or not allowed: typing goes on without a draft */ }
}

function putBack(form, entries) {
  form.dispatchEvent(new CustomEvent("keep:restore", { detail: entries }));
  const left = new Map();
  for (const [name, value] of entries) left.set(name, [...(left.get(name) ?? []), value]);
  for (const element of form.elements) {
    if (!element.name || element.name === "csrfmiddlewaretoken" || ["file", "password", "submit", "button"].includes(element.type)) continue;
    const values = left.get(element.name) ?? [];
    if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
    else if (element.tagName === "SELECT" && element.multiple) for (const option of element.options) option.selected = values.includes(option.value);
    else if (values.length) element.value = values.shift();
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function watch(form) {
  const key = keyOf(form);
  const draft = read(key);
  const wasSent = sessionStorage.getItem(sentKey(key)) !== null;
  sessionStorage.removeItem(sentKey(key));
  const asDrawn = JSON.stringify(typed(form));
  const notice = form.querySelector("[data-keep-notice]");
  let isDirty = form.dataset.keepBound !== undefined;
  let timer;

  const differs = draft && JSON.stringify(draft.entries) !== asDrawn;
  if (form.dataset.keepBound !== undefined) write(form, key);
  else if (differs && notice) {
    notice.hidden = false;
    const say = () => {
      putBack(form, draft.entries);
      isDirty = true;
      notice.querySelector("[data-keep-offer]").hidden = true;
      notice.querySelector("[data-keep-back]").hidden = false;
      notice.querySelector("[data-keep-restore]").hidden = true;
    };
    const when = notice.querySelector("[data-keep-when]");
    if (when) when.textContent = new Date(draft.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    notice.querySelector("[data-keep-restore]").addEventListener("click", say);
    notice.querySelector("[data-keep-discard]").addEventListener("click", () => {
      store.removeItem(key);
      isDirty = false;
      location.reload();
    });
    if (wasSent) say();
  }

  const note = (event) => {
    if (!event.isTrusted) return;
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => write(form, key), 300);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    write(form, key);
    sessionStorage.setItem(sentKey(key), "1");
    isDirty = false;
  });
  window.addEventListener("pagehide", () => {
    if (isDirty) write(form, key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}

const forms = [...document.querySelectorAll("form[data-keep]")];
const here = new Set(forms.map(keyOf));
for (const form of forms) watch(form);

// A form that was sent from this tab and did not come back was saved: its draft has served.
for (const name of Object.keys(sessionStorage)) {
  if (!name.startsWith("interval.sent.")) continue;
  const key = name.slice("interval.sent.".length);
  if (here.has(key)) continue;
  store.removeItem(key);
  sessionStorage.removeItem(name);
}
for (const key of Object.keys(store)) if (key.startsWith(prefix)) read(key);
