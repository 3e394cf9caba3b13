// The instruction that the stylesheet shows with a grave symptom is also said aloud to who cannot see it.
const form = document.querySelector("form:has([data-says])");
const says = form?.querySelector("[data-says]");
form?.addEventListener("change", () => {
  const isUrgent = form.querySelector("[data-urgent]:checked") !== null;
  says.setAttribute("role", isUrgent ? "alert" : "status");
});
