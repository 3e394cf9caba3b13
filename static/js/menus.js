// <details class="menu-below">: an open menu closes at a press outside it and at Escape, which gives the focus back to its button.
function openMenus() {
  return document.querySelectorAll("details.menu-below[open]");
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target) || event.target.closest(".menu-item")) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
