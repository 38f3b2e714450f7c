// Counts down to instants by the server's clock, wherever an element says data-countdown.

const root = document.documentElement;
const [navigation] = performance.getEntriesByType("navigation");
const arrived = performance.timeOrigin + (navigation?.responseStart || performance.now());
const ahead = Date.parse(root.dataset.serverTime) - arrived;
const days = new Intl.NumberFormat(root.lang, { style: "unit", unit: "day", unitDisplay: "long" });
const two = (number) => String(number).padStart(2, "0");

function words(seconds) {
  const whole = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const clock = [Math.floor((seconds % 3600) / 60), seconds % 60].map(two).join(":");
  if (whole) return `${days.format(whole)} ${two(hours)}:${clock}`;
  return hours ? `${two(hours)}:${clock}` : clock;
}

// Changing a text node in place keeps every other observer of the page asleep.
function write(element, text) {
  if (!element.firstChild) element.append("");
  if (element.firstChild.data !== text) element.firstChild.data = text;
}

function warn(element, left) {
  const urgent = left <= Number(element.dataset.urgent || 0);
  if (urgent && !element.classList.contains("countdown-urgent") && left > 0) {
    document.getElementById("announcer").textContent = element.dataset.warning || "";
  }
  element.classList.toggle("countdown-urgent", urgent);
}

function tick() {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll("[data-countdown]")) {
    const left = Math.max(0, Math.ceil((Date.parse(element.dataset.countdown) - now) / 1000));
    write(element.querySelector("[data-remaining]"), words(left));
    warn(element, left);
    element.hidden = false;
    if (left === 0 && !element.dataset.due) {
      element.dataset.due = "told";
      element.dispatchEvent(new CustomEvent("due", { bubbles: true }));
    }
  }
  setTimeout(tick, 1000 - ((Date.now() + ahead) % 1000));
}

tick();
