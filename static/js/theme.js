// Lets the reader choose light, dark or the device's colours, and remembers it in a cookie
// that the server reads, so that no page flashes.

const choices = ["auto", "light", "dark"];
const year = 365 * 24 * 3600;

function show(button, choice) {
  button.dataset.choice = choice;
  button.setAttribute("aria-label", button.dataset[choice]);
  button.title = button.dataset[choice];
}

for (const button of document.querySelectorAll(".theme-switch")) {
  const root = document.documentElement;
  show(button, root.dataset.theme);
  button.hidden = false;
  button.addEventListener("click", () => {
    const choice = choices[(choices.indexOf(root.dataset.theme) + 1) % choices.length];
    root.dataset.theme = choice;
    document.cookie = `theme=${choice}; path=/; max-age=${year}; samesite=lax`;
    show(button, choice);
  });
}
