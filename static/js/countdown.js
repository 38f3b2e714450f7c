// Counts down to instants by the server's clock, wherever an element says data-countdown.
// The digits live in a shadow root: fragments stay what the server sent, so that they compare
// equal to the next ones, and nobody is told of every second.

const root = document.documentElement;
const [navigation] = performance.getEntriesByType("navigation");
const arrived = performance.timeOrigin + (navigation?.responseStart || performance.now());
const ahead = Date.parse(root.dataset.serverTime) - arrived;
const days = new Intl.NumberFormat(root.lang, { style: "unit", unit: "day", unitDisplay: "long" });
const over = new WeakSet();
const warned = new Set();
const two = (number) => String(number).padStart(2, "0");

function words(seconds) {
  const whole = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const clock = [Math.floor((seconds % 3600) / 60), seconds % 60].map(two).join(":");
  if (whole) return `${days.format(whole)} ${two(hours)}:${clock}`;
  return hours ? `${two(hours)}:${clock}` : clock;
}

function face(element) {
  const place = element.querySelector("[data-remaining]");
  if (!place.shadowRoot) {
    place.attachShadow({ mode: "open" }).append(document.createElement("span"));
  }
  return place.shadowRoot.firstChild;
}

function warn({ dataset }) {
  if (warned.has(dataset.countdown)) return;
  warned.add(dataset.countdown);
  document.getElementById("announcer").textContent = dataset.warning;
}

function show(element, left) {
  const digits = face(element);
  const urgent = left <= Number(element.dataset.urgent || 0);
  digits.textContent = words(left);
  digits.part = urgent ? "urgent" : "";
  if (urgent && left > 0) warn(element);
  if (left === 0 && !over.has(element)) {
    over.add(element);
    element.dispatchEvent(new CustomEvent("due", { bubbles: true }));
  }
}

function tick() {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll("[data-countdown]")) {
    show(element, Math.max(0, Math.ceil((Date.parse(element.dataset.countdown) - now) / 1000)));
  }
}

function beat() {
  tick();
  setTimeout(beat, 1000 - ((Date.now() + ahead) % 1000));
}

beat();
root.dataset.ticking = "";
document.addEventListener("jari:change", tick);
document.addEventListener("htmx:afterSettle", tick);
