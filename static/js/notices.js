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

// Fragments with data-say are replaced as a whole; only a new sentence is worth saying.
function listen() {
  for (const { id, dataset } of document.querySelectorAll("[data-say][id]")) {
    const before = said.get(id);
    said.set(id, dataset.say);
    if (before !== undefined && before !== dataset.say) announcer.textContent = dataset.say;
  }
}

listen();
document.addEventListener("jari:change", listen);
document.addEventListener("htmx:afterSettle", listen);
document.addEventListener("htmx:sendError", () => warn(toast.dataset.offline));
document.addEventListener("htmx:timeout", () => warn(toast.dataset.offline));
document.addEventListener("htmx:responseError", () => warn(toast.dataset.broken));

// A whole page in answer to a fragment's request (signed out meanwhile, a page open for days)
// belongs into the window, not into a corner of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!/^\s*<!doctype/i.test(xhr.responseText) || event.detail.boosted) return;
  event.detail.shouldSwap = false;
  if (xhr.status < 400) window.location.reload();
  else warn(toast.dataset.broken);
});
