// After a refused form the focus goes to the summary of what to change.
document.querySelector(".error-summary")?.focus();
