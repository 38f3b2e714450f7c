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

// A whole page in answer to a fragment's request (signed out meanwhile, a page open for days)
// belongs into the window, not into a corner of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!/^\s*<!doctype/i.test(xhr.responseText) || event.detail.boosted) return;
  event.detail.shouldSwap = false;
  if (xhr.status < 400) window.location.reload();
  else warn(toast.dataset.broken);
});
