// A form with files: how far it is, and what was chosen stays chosen when another field was wrong. Without script the form is sent as it is.
const FILES = "input[type=file]";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.upload === undefined || event.defaultPrevented) return;
  event.preventDefault();
  send(form);
});

function send(form) {
  const shown = form.querySelector(".upload-progress");
  const [bar, words] = [shown.querySelector("progress"), shown.querySelector("span")];
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "1");
  request.upload.addEventListener("progress", (sent) => {
    const part = sent.lengthComputable ? Math.round((100 * sent.loaded) / sent.total) : 0;
    bar.value = part;
    words.textContent = part < 100 ? `${words.dataset.sending}: ${part} %` : words.dataset.reading;
  });
  request.addEventListener("load", () => {
    const way = request.getResponseHeader("X-Upload-Location");
    if (way) location.assign(way);
    else answered(form, request.responseText);
  });
  request.addEventListener("error", () => {
    words.textContent = words.dataset.failed;
    again(form, button);
  });
  shown.hidden = false;
  words.textContent = words.dataset.sending;
  button.setAttribute("aria-busy", "true");
  request.send(new FormData(form));
}

// The page that came back takes the place of this one, but for the boxes whose files were not what was wrong.
function answered(form, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.getElementById("main");
  if (!main || !main.querySelector("form[data-upload]")) {
    document.documentElement.replaceWith(document.adoptNode(page.documentElement));
    return;
  }
  for (const box of main.querySelectorAll(FILES)) {
    const chosen = form.querySelector(`${FILES}[name="${box.name}"]`);
    if (chosen && !box.classList.contains("is-invalid")) box.replaceWith(chosen);
  }
  document.getElementById("main").replaceWith(document.adoptNode(main));
  (main.querySelector(".error-summary") || main).focus();
}

function again(form, button) {
  delete form.dataset.sent;
  button.removeAttribute("aria-busy");
}
