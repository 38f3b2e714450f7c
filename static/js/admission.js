// Keeps the admission of somebody who is in while the page is open, and says kindly when it is
// about to end, or has.

import { announce } from "./line_face.js";

const PATIENCE = 5; // seconds after which to try again what failed
const strip = document.getElementById("admission");
const { admission: event } = strip.dataset;
const called = `jari-called-${event}`;
const until = strip.querySelector("[data-countdown]");
const title = document.title;
let pollAfter = Number(strip.dataset.pollAfter);
let timer;

function show(state) {
  if (strip.dataset.state === state) return;
  strip.dataset.state = state;
  for (const part of strip.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== state;
    if (!part.hidden && state !== "in") announce(part.textContent);
  }
}

function renewIn(seconds) {
  clearTimeout(timer);
  timer = setTimeout(renew, seconds * 1000);
}

async function renew() {
  clearTimeout(timer);
  try {
    const response = await fetch(`/api/queue/status/${event}`, { cache: "no-store" });
    if (response.ok) take(await response.json());
    else miss(Number(response.headers.get("Retry-After")));
  } catch {
    miss();
  }
}

function take({ state, poll_after: wait, expires_at: end }) {
  if (state === "admitted") {
    until.dataset.countdown = end;
    pollAfter = wait;
    show("in");
    renewIn(pollAfter);
  } else if (state !== "open") {
    show("over");
  }
}

function miss(wait) {
  const over = Date.parse(until.dataset.countdown) < Date.now();
  show(over ? "over" : "late");
  renewIn(wait || PATIENCE);
}

// Who was let in while looking elsewhere finds the page by its title.
function call() {
  if (!sessionStorage.getItem(called)) return;
  sessionStorage.removeItem(called);
  if (!document.hidden) return;
  document.title = `● ${strip.querySelector("strong").textContent} ${title}`;
  document.addEventListener("visibilitychange", () => { document.title = title; }, { once: true });
}

show("in");
call();
renewIn(pollAfter);
document.addEventListener("visibilitychange", () => !document.hidden && strip.dataset.state !== "over" && renew());
addEventListener("online", renew);
addEventListener("pageshow", ({ persisted }) => persisted && renew());
