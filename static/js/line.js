// Waits in line: works one's own position out of what the whole line is told, asks the server for
// the exact one now and then, and goes in when it is time. Without a socket it asks as often as
// the server wishes.

import { Face, announce, fill } from "./line_face.js";
import { Journey, keepTicket } from "./line_journey.js";
import { Distance, waitOf } from "./line_wait.js";

const NEAR = 10; // people ahead: from here on the exact position is worth asking for
const EVERY = { near: 10, far: 180 }; // seconds, with a socket
const PATIENCE = 5; // seconds after which to try again what failed
const AGAIN = 3000; // ms between two questions that the line's own progress prompts
const CROWD = 300; // people: so many a second may ask all at once
const LONGEST_SPREAD = 10; // seconds
const UNHURRIED = ["", "drain"]; // reasons with which the line moves
const root = document.documentElement;
const event = document.getElementById("line-turn").dataset.line;
const plainTitle = document.title;

let turn, face, distance, journey, timer, pollAfter;
let askedAt = 0;
let going = false;

const panel = () => document.getElementById("line-turn");
const jitter = (seconds) => seconds * (0.85 + 0.3 * Math.random()) * 1000;

function readRoom() {
  const { dataset } = document.getElementById(`queue-${event}-room`) ?? { dataset: {} };
  const numbers = ["frontier", "last", "waiting", "speed", "recent", "low", "high"];
  const values = numbers.map((name) => [name, Number(dataset[name] || 0)]);
  const { state, mode, reason, epoch } = dataset;
  return { ...Object.fromEntries(values), state, mode, reason: reason ?? "", epoch };
}

/** Begin with what the server has rendered. */
function begin() {
  const { dataset } = panel();
  turn = {
    state: dataset.state,
    joined: dataset.joined === "yes",
    reason: dataset.reason,
    early: dataset.early !== undefined,
  };
  pollAfter = Number(dataset.pollAfter);
  distance = null;
  const [number, position] = [Number(dataset.number), dataset.position];
  if (turn.early) keepTicket(event, number);
  if (turn.joined && !turn.early && position) {
    distance = new Distance(number, Number(position), readRoom().frontier);
    journey = new Journey(event, number, Number(position));
  }
  face = new Face(panel());
  if (!distance) document.title = plainTitle;
  paint();
}

function paint() {
  const room = readRoom();
  panel().dataset.reason = room.reason;
  if (!distance) return;
  const ahead = distance.move(room.frontier);
  face.show({
    ahead,
    behind: Math.max(0, room.waiting - ahead - 1),
    wait: waitOf(distance.number, ahead, room),
    still: room.mode === "closed" || !UNHURRIED.includes(room.reason),
    gone: journey.go(ahead),
  });
}

// Asking

function askIn(seconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, jitter(seconds));
}

function askWhenDue() {
  const live = root.dataset.live === "live";
  const near = distance && distance.ahead <= NEAR;
  askIn(live ? EVERY[near ? "near" : "far"] : pollAfter);
}

async function ask() {
  clearTimeout(timer);
  askedAt = Date.now();
  try {
    const response = await fetch(`/api/queue/status/${event}`, { cache: "no-store" });
    if (response.ok) {
      take(await response.json());
      return;
    }
    if (response.status !== 429) trouble(true);
    askIn(Number(response.headers.get("Retry-After")) || PATIENCE);
  } catch {
    trouble(true);
    askIn(PATIENCE);
  }
}

function trouble(there) {
  panel().querySelector("[data-trouble]")?.toggleAttribute("hidden", !there);
}

function take(answer) {
  trouble(false);
  pollAfter = answer.poll_after;
  if (answer.state === "admitted" || answer.state === "open") {
    goIn(answer.state === "admitted");
    return;
  }
  if (hasChanged(answer)) {
    redraw();
    return;
  }
  turn.reason = answer.reason ?? "";
  if (distance && answer.position !== null) {
    distance.correct(answer.position, readRoom().frontier, turn.reason === "recovering");
    paint();
  }
  askWhenDue();
}

/** Tell whether other words are needed, not only other figures. */
function hasChanged({ state, joined, number, early, reason }) {
  const drawing = (one) => one === "drawing";
  return state !== turn.state || joined !== turn.joined || early !== turn.early
    || (early && drawing(reason) !== drawing(turn.reason))
    || (joined && number !== Number(panel().dataset.number));
}

function redraw() {
  const { page } = panel().dataset;
  if (!page) {
    location.reload();
    return;
  }
  askIn(PATIENCE); // in case it does not come
  window.htmx.ajax("GET", turn.joined ? `${page}?was=in-line` : page, { target: "#line-turn", swap: "outerHTML" });
}

// Going in

function goIn(called) {
  if (going) return;
  going = true;
  const { title, sale } = panel().dataset;
  if (called) {
    announce(fill("turn"));
    if (title) document.title = fill("title_turn", { title });
    sessionStorage.setItem(`jari-called-${event}`, "1");
  }
  const detail = { called, words: fill("notice"), title, until: Promise.resolve() };
  document.dispatchEvent(new CustomEvent("line:turn", { detail }));
  detail.until.then(() => location.replace(sale));
}

// What happens

/** Ask soon, but not all of a crowd at once. */
function askSpread({ waiting }) {
  askIn(Math.min(LONGEST_SPREAD, 0.3 + waiting / CROWD));
}

function follow() {
  const room = readRoom();
  const passed = turn.joined && !turn.early && room.frontier >= Number(panel().dataset.number);
  const before = follow.before ?? room;
  follow.before = room;
  paint();
  if (passed && Date.now() - askedAt > AGAIN) ask();
  else if (room.epoch !== before.epoch || room.state !== before.state) askSpread(room);
  else if (turn.early && room.reason !== before.reason) askSpread(room);
}

function hear({ detail }) {
  const mine = detail?.changes?.some(({ key, kind }) => kind === "queue_admitted" && key === `admission.${event}`);
  if (mine) ask();
  else follow();
}

begin();
askWhenDue();
follow();
document.addEventListener("jari:change", hear);
document.addEventListener("jari:state", ({ detail }) => (detail.state === "live" ? askWhenDue() : askIn(pollAfter)));
document.addEventListener("due", () => askSpread(readRoom()));
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt?.id !== "line-turn" && detail.target?.id !== "line-turn") return;
  begin();
  askWhenDue();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - askedAt > AGAIN) ask();
});
addEventListener("online", ask);
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  going = false;
  ask();
});
