// Follows a line: figures as its topic tells them, the rest of the page by reading it again.

const EVERY = 10000; // ms after which the page is read again
const SETTINGS = ["mode", "threshold", "rate", "epoch", "message", "message_en", "opens_at"];

const page = document.getElementById("steer");
const { lang } = document.documentElement;
const whole = new Intl.NumberFormat(lang);
const share = new Intl.NumberFormat(lang, { style: "percent" });
let known = null; // the settings as they were last told
let reading = false;

function write(name, value) {
  if (typeof value !== "number") return "–";
  return (name === "hit_rate" ? share : whole).format(value);
}

function show(value) {
  for (const place of page.querySelectorAll("[data-figure]")) {
    const { figure } = place.dataset;
    place.textContent = write(figure, value[figure]);
  }
  for (const one of page.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== value.state;
  for (const one of page.querySelectorAll("[data-reason]")) one.hidden = one.dataset.reason !== value.reason;
  const settings = JSON.stringify(SETTINGS.map((name) => value[name]));
  if (known !== null && known !== settings) read();
  known = settings;
}

const isBusy = (part) => part.contains(document.activeElement) || "touched" in part.dataset;

/** Take from the page as it is now whatever nobody is working at. */
async function read() {
  if (reading || document.hidden) return;
  reading = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of page.querySelectorAll("[data-part]")) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (other && !isBusy(part)) part.replaceChildren(...other.childNodes);
    }
  } catch {
    // The next reading may succeed.
  } finally {
    reading = false;
  }
}

page.addEventListener("input", ({ target }) => {
  const part = target.closest("[data-part]");
  if (part) part.dataset.touched = "";
});
document.addEventListener("jari:change", ({ detail }) => {
  if (detail.topic === page.dataset.live) detail.changes.forEach(({ value }) => show(value));
});
document.addEventListener("visibilitychange", read);
setInterval(read, EVERY);
