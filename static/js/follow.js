// Lets elements follow a status that the socket replaces: a button opens with the sale, and a
// panel fetches itself anew when its reservation has moved on. Nothing typed is ever replaced.

function follow(element) {
  const status = document.getElementById(element.dataset.follows)?.dataset.status;
  if (status === undefined) return;
  if (element.dataset.enabledWhen) {
    const disabled = status !== element.dataset.enabledWhen;
    if (element.disabled !== disabled && !element.closest(".htmx-request")) {
      element.disabled = disabled;
    }
  } else if (status !== element.dataset.status) {
    element.dataset.status = status;
    window.htmx.trigger(element, "follow");
  }
}

new MutationObserver(() => {
  for (const element of document.querySelectorAll("[data-follows]")) follow(element);
}).observe(document.getElementById("content"), { childList: true, subtree: true });
