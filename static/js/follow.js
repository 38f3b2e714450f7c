// Lets elements follow a status that the socket replaces: a button opens with the sale, and a
// panel fetches itself anew when its reservation has moved on, unless it is about to be told by
// the answer to its own request. Nothing typed is ever replaced.

function follow(element) {
  const status = document.getElementById(element.dataset.follows)?.dataset.status;
  if (status === undefined) return;
  if (element.dataset.enabledWhen) {
    element.disabled = status !== element.dataset.enabledWhen;
  } else if (status !== element.dataset.status && !element.querySelector(".htmx-request")) {
    element.dataset.status = status;
    window.htmx.trigger(element, "follow");
  }
}

function followAll() {
  for (const element of document.querySelectorAll("[data-follows]")) follow(element);
}

document.addEventListener("jari:change", followAll);
document.addEventListener("htmx:afterSettle", followAll);
