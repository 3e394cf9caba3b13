// Light, dark, or as the system says. The choice is kept in a cookie, so the server paints the right page at once.
const root = document.documentElement;
const buttons = document.querySelectorAll("[data-theme-choice]");

function chosen() {
  return root.dataset.theme ?? "system";
}

function show() {
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen()));
}

function choose(theme) {
  const year = 60 * 60 * 24 * 365;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${theme === "system" ? 0 : year}; samesite=lax`;
  show();
}

for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.themeChoice));
for (const group of document.querySelectorAll("[data-theme-choices]")) group.hidden = false;
show();
