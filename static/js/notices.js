// Says politely what changed by itself, and loudly that an action never reached the server.

const announcer = document.getElementById("announcer");
const toast = document.getElementById("toast");
const said = new Map();
let clearing;

function warn(words) {
  toast.textContent = words;
  clearTimeout(clearing);
  clearing = setTimeout(() => { toast.textContent = ""; }, 8000);
}

// Elements with data-say are replaced as a whole; only a new sentence is worth saying.
function listen(root) {
  for (const element of root.querySelectorAll("[data-say][id]")) {
    const before = said.get(element.id);
    said.set(element.id, element.dataset.say);
    if (before !== undefined && before !== element.dataset.say) {
      announcer.textContent = element.dataset.say;
    }
  }
}

listen(document);
new MutationObserver(() => listen(document)).observe(document.getElementById("content"), {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["data-say"],
});
document.addEventListener("htmx:sendError", () => warn(toast.dataset.offline));
document.addEventListener("htmx:timeout", () => warn(toast.dataset.offline));
document.addEventListener("htmx:responseError", () => warn(toast.dataset.broken));
