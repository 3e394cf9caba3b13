// Extras of the pages on which a time is chosen: the reader's own zone is proposed, and a held time counts down.
const pick = document.querySelector(".zone-pick");
if (pick) {
  const select = pick.querySelector("select");
  const theirs = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select.value && theirs && theirs !== pick.dataset.zone) {
    const option = [...select.options].find((one) => one.value === theirs);
    if (option) option.selected = true;
  }
}

const left = document.querySelector("[data-until]");
if (left) {
  const until = Date.parse(left.dataset.until);
  const show = () => {
    const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (!seconds) clearInterval(timer);
  };
  const timer = setInterval(show, 1000);
  left.hidden = false;
  show();
}
