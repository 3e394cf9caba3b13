// Several marks under one fingertip: ask which one is meant, or whether a new one is.
import { $, words } from "./page.js";
import { rowOf } from "./rows.js";
import { labelOf } from "./marks.js";

const dialog = $("#which-site");

export function askWhich(marks, { pick, addNew }) {
  const list = $("[data-which]", dialog);
  list.replaceChildren(
    ...marks.map((mark) => choice(labelOf(rowOf(mark.dataset.mark)), () => pick(mark))),
    choice(words.newHere, addNew),
  );
  dialog.showModal();
}

function choice(text, deed) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-outline-secondary", textContent: text });
  button.addEventListener("click", () => {
    dialog.close();
    deed();
  });
  return button;
}
