// Works out in the browser which number a ticket has drawn: queueing/draw.py says by which rule.

import { readTicket } from "./line_journey.js";

const TURNS = 8;
const form = document.querySelector("[data-check]");
const [answer, hashAnswer] = ["[data-answer]", "[data-hash-answer]"].map((name) => form.querySelector(name));
const { seed, count: total, event, hash } = form.dataset;
const count = Number(total);
const whole = new Intl.NumberFormat(document.documentElement.lang);

async function digest(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

async function step(turn, right) {
  const bytes = await digest(`${seed}:${count}:${turn}:${right}`);
  return bytes.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

async function shuffle(place, side) {
  let [left, right] = [Math.floor(place / side), place % side];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const far = BigInt(left) + (await step(turn, right));
    [left, right] = [right, Number(far % BigInt(side))];
  }
  return side * left + right;
}

/** Return which place of 1 to `count` a ticket has drawn. */
async function placeOf(ticket) {
  const side = Math.floor(Math.sqrt(count - 1)) + 1;
  let place = await shuffle(ticket - 1, side);
  while (place >= count) place = await shuffle(place, side);
  return place + 1;
}

function say(words, values) {
  answer.textContent = words.replace(/\{(\w+)\}/g, (_, name) => whole.format(values[name]));
}

async function check(submission) {
  submission.preventDefault();
  const ticket = Number(form.elements.ticket.value);
  if (!(ticket >= 1 && ticket <= count)) {
    say(answer.dataset.wrong, { count });
    return;
  }
  const place = await placeOf(ticket);
  say(answer.dataset.words, { ticket, number: count + place, place, count });
}

async function checkHash() {
  const bytes = await digest(seed);
  const found = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const right = found === hash;
  hashAnswer.textContent = right ? hashAnswer.dataset.right : hashAnswer.dataset.wrong;
  hashAnswer.dataset.fits = right ? "yes" : "no";
}

// Without https there is no WebCrypto; the recipe on the page is then the way.
if (window.crypto?.subtle) {
  form.hidden = false;
  form.addEventListener("submit", check);
  const ticket = readTicket(event);
  if (ticket) form.elements.ticket.value = ticket;
  checkHash();
}
