// Shows how one stands: the figure, the wait, the way so far, the title; and says what matters.

import { sayWait } from "./line_wait.js";

const STEADY = 5000; // ms between two sayings of the wait, which would else flicker
const QUIET = 15000; // ms between two announcements, but for the last few steps
const whole = new Intl.NumberFormat(document.documentElement.lang);
const template = document.getElementById("line-words");
const known = Object.fromEntries(
  [...(template?.content.querySelectorAll("[data-word]") ?? [])].map((one) => [one.dataset.word, one.textContent]));
const announcer = document.getElementById("announcer");

/** Return a sentence of the page with its places filled. */
export function fill(word, values = {}) {
  return (known[word] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Say something to those who listen to the page. */
export function announce(words) {
  announcer.textContent = words;
}

export class Face {
  constructor(standing) {
    this.standing = standing;
    this.title = standing.dataset.title;
    this.saidAt = 0;
    this.waitAt = 0;
    this.step = null;
  }

  #set(name, text) {
    const element = this.standing.querySelector(`[data-${name}]`);
    if (element && element.textContent !== text) element.textContent = text;
  }

  show({ ahead, behind, wait, still, gone }) {
    for (const one of this.standing.querySelectorAll("[data-when]")) {
      one.hidden = (one.dataset.when === "next") !== (ahead === 0);
    }
    this.#set("ahead", whole.format(ahead));
    this.#set("behind", whole.format(behind));
    this.#say(ahead, this.#showWait(wait, still));
    this.#walk(gone);
    if (!this.title) return;
    const word = ahead ? "title" : "title_next";
    document.title = fill(word, { n: whole.format(ahead), title: this.title });
  }

  #showWait(wait, still) {
    this.standing.toggleAttribute("data-still", still);
    if (Date.now() - this.waitAt > STEADY) {
      const [word, { low, high }] = sayWait(wait);
      this.words = fill(word, { low: whole.format(low ?? 0), high: whole.format(high ?? 0) });
      this.#set("wait", this.words);
      this.waitAt = Date.now();
    }
    return this.words;
  }

  #walk(gone) {
    const track = this.standing.querySelector("[data-track]");
    if (!track) return;
    const share = `${(gone * 100).toFixed(1)}%`;
    track.hidden = false;
    track.setAttribute("aria-valuenow", String(Math.round(gone * 100)));
    track.querySelector("[data-gone]").setAttribute("x2", share);
    for (const one of track.querySelectorAll("[data-me]")) one.setAttribute("cx", share);
  }

  /** Announce steps of a size that fits the distance, and not too often. */
  #say(ahead, wait) {
    const size = ahead > 1000 ? 500 : ahead > 100 ? 50 : ahead > 10 ? 10 : ahead > 3 ? 5 : 1;
    const step = Math.ceil(ahead / size) * size;
    const first = this.step === null;
    if (first || step >= this.step) {
      this.step = first ? step : this.step;
      return;
    }
    if (ahead > 3 && Date.now() - this.saidAt < QUIET) return;
    this.step = step;
    this.saidAt = Date.now();
    announce(ahead ? fill("ahead", { n: whole.format(ahead), wait }) : fill("next"));
  }
}
