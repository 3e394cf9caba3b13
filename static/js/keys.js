// Ctrl-K or / goes to the patient search.
const search = document.getElementById("id_search");

function isTyping(element) {
  return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

document.addEventListener("keydown", (event) => {
  if (!search) return;
  const wanted = (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !isTyping(event.target));
  if (!wanted) return;
  event.preventDefault();
  search.focus();
  search.select();
});
