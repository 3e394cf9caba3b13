/* How long a preparation may still be used, counted down each quarter of a minute. The server wrote the time and the
   first words; without this script both stay as they were when the page was opened. */
const EACH = 15_000;
const MINUTE = 60_000;
const left = (until, now, words) => {
  const minutes = Math.floor((until - now) / MINUTE);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return words.replace("{h}", hours).replace("{m}", rest);
};

/* The server's clock decides: the page says what time it was there when it was written. */
const count = (clock) => {
  const until = Date.parse(clock.dataset.useBy);
  const shift = Date.parse(clock.dataset.now) - Date.now();
  const show = () => {
    const now = Date.now() + shift;
    const isPast = now > until;
    clock.querySelector("[data-left-words]").textContent = isPast
      ? clock.dataset.past
      : left(until, now, clock.dataset.left);
    clock.classList.toggle("badge-stop", isPast);
    clock.classList.toggle("badge-plain", !isPast);
  };
  show();
  setInterval(show, EACH);
};

for (const clock of document.querySelectorAll("[data-use-by]")) count(clock);
