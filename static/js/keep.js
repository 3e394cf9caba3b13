// Keeps what is typed into <form data-keep> until it is saved: an expired sign-in, a closed tab or a broken page loses nothing.
//
// A draft belongs to one account and one address, lasts a working day, and is offered back, never put in by itself, except
// after signing in again. Pages without an account (a patient's link) keep it in the tab only. Passwords and files are not kept.
// A page that the server drew with what was typed has data-keep-bound. Rows that a page adds by script: listen for
// "keep:restore" on the form (detail: the list of [name, value]) and add them there.
//
// data-keep-url: the same draft goes to the server as well, a moment after each pause; components/keep_status.html says
// whether it arrived. What arrived is the server's to give back; what did not is offered from here. Hidden fields with
// data-keep-mark say which state of the record the page was drawn from: they travel with the draft, so that the server
// sees whether somebody else was faster. They are no typing. Another form of the page, a consent's button, waits for that:
// the page that comes back would otherwise be drawn before the typing arrived.
import { freshToken } from "./token.js";

const LASTS_MS = 12 * 60 * 60 * 1000;
const PAUSE_MS = 1200;
const AGAIN_MS = 15000;
const account = document.querySelector('meta[name="account"]')?.content ?? "";
const store = account ? localStorage : sessionStorage;
const prefix = "interval.draft.";

const keyOf = (form) => `${prefix}${account}.${new URL(form.dataset.keepUrl ?? form.action, location.href).pathname}`;
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

// What a person typed, without the marks.
function words(form, entries) {
  const marks = new Set([...form.querySelectorAll("[data-keep-mark]")].map((input) => input.name));
  return JSON.stringify(entries.filter(([name, value]) => !marks.has(name) && value !== ""));
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
  // A refused page came by a press, and no browser keeps it: the way back to it would fail. A form without an action
  // stands at its own address, which opens by itself: the way back leads there, and what was typed is offered.
  if (form.dataset.keepBound !== undefined && !form.hasAttribute("action")) history.replaceState(history.state, "", location.href);
  const wasSent = sessionStorage.getItem(sentKey(key)) !== null;
  if (wasSent && new URLSearchParams(location.search).has("saved")) store.removeItem(key); // it came back to itself, saved
  const draft = read(key);
  sessionStorage.removeItem(sentKey(key));
  const asDrawn = words(form, typed(form));
  const notice = form.querySelector("[data-keep-notice]");
  let isDirty = form.dataset.keepBound !== undefined;
  let timer;
  const server = form.dataset.keepUrl === undefined ? null : sender(form, key, (isKept) => { isDirty = !isKept; });

  const differs = draft && words(form, draft.entries) !== asDrawn;
  if (form.dataset.keepBound !== undefined) write(form, key);
  else if (draft && !differs) store.removeItem(key);
  else if (differs && notice) {
    notice.hidden = false;
    const say = () => {
      putBack(form, draft.entries);
      isDirty = true;
      server?.soon();
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
    server?.soon();
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    server?.stop();
    write(form, key);
    sessionStorage.setItem(sentKey(key), "1");
    isDirty = false;
  });
  if (server) document.addEventListener("submit", (event) => sendFirst(event), true);
  async function sendFirst(event) {
    if (!isDirty || event.target === form || event.target.method !== "post") return;
    event.preventDefault();
    event.stopPropagation();
    await server.now();
    if (isDirty) write(form, key); // it did not arrive: it is offered when the page comes back
    isDirty = false;
    event.target.requestSubmit(event.submitter);
  }
  window.addEventListener("pagehide", () => {
    if (!isDirty) return;
    write(form, key);
    server?.atOnce();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isDirty) return;
    event.preventDefault();
    write(form, key); // a browser in a hurry ends a page that hides before it can
  });
}

// Sends the draft to the server, one at a time, and says what came of it.
function sender(form, key, tell) {
  const status = document.querySelector("[data-keep-status]");
  let timer;
  let isUnderWay = false;
  let isLeaving = false;
  let isOver = false; // somebody else was faster: the next press decides, the draft waits on this device

  const say = (name, text = "") => {
    if (!status) return;
    for (const one of status.querySelectorAll("[data-keep-says]")) one.hidden = one.dataset.keepSays !== name;
    const line = status.querySelector("[data-keep-words]");
    line.textContent = text;
    line.hidden = text === "";
    status.classList.toggle("is-unsaved", name !== "" && name !== "saving");
  };
  const soon = (after = PAUSE_MS) => {
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(send, after);
  };
  const post = (more = {}) => fetch(form.dataset.keepUrl, { method: "POST", body: new FormData(form), ...more });

  async function send(isSecond = false) {
    if (isUnderWay) { soon(); return; }
    isUnderWay = true;
    const entries = typed(form);
    say("saving");
    try {
      const answer = await post();
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        if (answer.status >= 500) throw new Error("fault");
        const isFresh = !isSecond && await freshToken(form);
        say(isFresh ? "saving" : "signed-out");
        if (isFresh) setTimeout(() => send(true), 0);
        return;
      }
      const said = await answer.json();
      if (isLeaving) return;
      isOver = said.state !== "saved";
      say(isOver ? "elsewhere" : "", said.words);
      if (!isOver) arrived(entries, said);
    } catch {
      say("offline");
      soon(AGAIN_MS);
    } finally {
      isUnderWay = false;
    }
  }

  function arrived(entries, said) {
    for (const [name, value] of Object.entries(said.marks ?? {})) form.elements[name].value = value;
    const base = form.elements.base;
    if (base) base.value = JSON.stringify(Object.fromEntries(entries.filter(([name]) => form.elements[name]?.dataset?.keepMark === undefined)));
    if (words(form, entries) === words(form, typed(form))) {
      store.removeItem(key);
      tell(true);
    }
    for (const old of form.querySelectorAll("[data-keep-error]")) old.remove();
    for (const field of form.querySelectorAll("[data-keep-wrong]")) mark(field, false);
    for (const [name, text] of Object.entries(said.errors ?? {})) {
      const field = form.elements[name];
      if (!(field instanceof HTMLElement) || field === document.activeElement || field.getAttribute("aria-invalid")) continue;
      const line = Object.assign(document.createElement("p"), { className: "invalid-feedback", textContent: text });
      line.dataset.keepError = "";
      const row = field.closest("tr")?.querySelector("th"); // in a table the words stand with the row's name: the cell stays narrow
      if (row) row.append(line);
      else field.after(line);
      mark(field, true);
    }
  }
  function mark(field, isWrong) {
    field.classList.toggle("is-invalid", isWrong);
    field.toggleAttribute("data-keep-wrong", isWrong);
  }

  window.addEventListener("online", () => soon(0));
  window.addEventListener("focus", () => {
    if (status?.classList.contains("is-unsaved")) soon(0);
  });
  return {
    soon,
    now: async () => {
      while (isUnderWay) await new Promise((done) => { setTimeout(done, 30); });
      clearTimeout(timer);
      if (!isOver) await send();
    },
    stop: () => { isLeaving = true; clearTimeout(timer); },
    atOnce: () => { clearTimeout(timer); if (!isOver) post({ keepalive: true }).catch(() => {}); },
  };
}

const forms = [...document.querySelectorAll("form[data-keep]")];
const here = new Set(forms.map(keyOf));
for (const form of forms) watch(form);

if (new URLSearchParams(location.search).has("saved")) history.replaceState(null, "", location.pathname);

// A form that was sent from this tab and did not come back was saved: its draft has served.
for (const name of Object.keys(sessionStorage)) {
  if (!name.startsWith("interval.sent.")) continue;
  const key = name.slice("interval.sent.".length);
  if (here.has(key)) continue;
  store.removeItem(key);
  sessionStorage.removeItem(name);
}
for (const key of Object.keys(store)) if (key.startsWith(prefix)) read(key);
