// Keeps a page in step with the server: one socket however many widgets, polling while it is down.
//
//   <meta name="live" content="wss://…/ws/live" data-poll="/api/live">
//   <section data-live="event.7">                         fragments, swapped by htmx
//   <section data-live="seats.7" data-live-format="batch"> values, told by the event jari:change
//
// Tells the page: <html data-live="live|reconnecting|polling|offline">, the same on #connection,
// and the events jari:state, jari:change, jari:refused. Fragments that changed carry data-changed
// for a moment. A hidden tab lets its socket go after a minute, unless the meta element says
// data-hidden="stay": where an open socket is a sign of life, nobody loses their place by it.

const PATIENCE = 2000; // ms without a socket before polling begins
const POLL_EVERY = 3000;
const POLL_HIDDEN_EVERY = 15000; // browsers make more of it, up to a minute
const BACKOFF = { first: 1000, longest: 30000 };
const STEADY_AFTER = 5000; // ms after which a connection counts as good
const SILENCE = 40000; // ms without a frame before we ask whether anybody is there
const ANSWER_WITHIN = 8000;
const HIDDEN_FOR = 60000; // ms in a hidden tab before we let go
const FLASH = 1500;
const MOST_TOPICS = 20; // a socket may have; a page with more watches what is in view
const NEAR = "200px"; // what is so close to being in view counts as in view
const SETTLE = 250; // ms after which somebody who scrolls has arrived

const root = document.documentElement;
const meta = document.querySelector('meta[name="live"]');
const stays = meta?.dataset.hidden === "stay";
const wanted = new Map(); // topic → format: what is watched now
const asked = new Map(); // topic → format: what scripts watch
const refused = new Set(); // topics that cannot be watched
const inView = new Set(); // elements
const known = new WeakSet(); // elements that we have an eye on
const seqs = new Map(); // topic → the last seq seen
const etags = new Map();

let socket = null;
let attempts = 0;
let retriedSignIn = false;
let givenUp = false;
let heardAt = 0;
const timers = {};

function after(name, delay, action) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(action, delay);
}

function stop(...names) {
  for (const name of names) {
    clearTimeout(timers[name]);
    delete timers[name];
  }
}

// The server's clock

let ahead = firstOffset();

function firstOffset() {
  const told =
    root.dataset.serverTime || document.querySelector('meta[name="server-time"]')?.content;
  const [navigation] = performance.getEntriesByType("navigation");
  const arrived = performance.timeOrigin + (navigation?.responseStart || performance.now());
  return told ? Date.parse(told) - arrived : 0;
}

function setClock(serverTime) {
  const offset = Date.parse(serverTime) - Date.now();
  if (Number.isFinite(offset)) ahead = offset;
}

/** Return the server's time in milliseconds, for countdowns. */
export function serverNow() {
  return Date.now() + ahead;
}

// What the page is told

function setState(state) {
  if (root.dataset.live === state) return;
  root.dataset.live = state;
  const banner = document.getElementById("connection");
  if (banner) banner.dataset.state = state;
  document.dispatchEvent(new CustomEvent("jari:state", { detail: { state } }));
}

function tell(topic, changes, snapshot) {
  const detail = { topic, changes, snapshot };
  document.dispatchEvent(new CustomEvent("jari:change", { detail }));
}

// Fragments: htmx replaces by id; what is the same already is left alone, with its focus

const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

function bare(element) {
  const copy = element.cloneNode(true);
  for (const name of ["hx-swap-oob", "data-changed"]) copy.removeAttribute(name);
  return copy;
}

function swap(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const before = new Map();
  for (const fragment of [...template.content.children]) {
    const shown = fragment.id && document.getElementById(fragment.id);
    if (!shown || bare(shown).isEqualNode(bare(fragment))) fragment.remove();
    else before.set(fragment.id, words(shown));
  }
  if (!before.size) return;
  window.htmx.swap(document.body, template.innerHTML, { swapStyle: "none" });
  for (const [id, text] of before) announce(document.getElementById(id), text);
}

function announce(element, textBefore) {
  if (!element || words(element) === textBefore) return;
  element.dataset.changed = "";
  setTimeout(() => delete element.dataset.changed, FLASH);
  element.dispatchEvent(new CustomEvent("jari:change", { bubbles: true, detail: { element } }));
}

// The socket

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function subscribe(pairs) {
  for (const format of new Set(pairs.map(([, format]) => format))) {
    const topics = pairs.filter(([, chosen]) => chosen === format).map(([topic]) => topic);
    send({ type: "subscribe", topics, format });
  }
}

function topicsIn(format) {
  return [...wanted].filter(([, chosen]) => chosen === format).map(([topic]) => topic);
}

function address() {
  const url = new URL(meta.content);
  const topics = topicsIn("html");
  if (topics.length) {
    url.searchParams.set("topics", topics.join(","));
    url.searchParams.set("format", "html");
  }
  url.searchParams.set("language", root.lang);
  return url;
}

const asleep = () => document.hidden && !stays;

function connect() {
  stop("reconnect");
  if (socket || givenUp || !wanted.size || asleep() || !navigator.onLine) return;
  if (!timers.poll) after("poll", PATIENCE, poll);
  try {
    socket = new WebSocket(address());
  } catch {
    reconnectLater();
    return;
  }
  const mine = socket;
  const subscribed = new Set(topicsIn("html"));
  mine.addEventListener("message", ({ data }) => {
    if (mine === socket) receive(data, subscribed);
  });
  mine.addEventListener("close", ({ code }) => {
    if (mine === socket) lose(code);
  });
}

function disconnect() {
  stop("reconnect", "poll", "steady", "silence", "move");
  const old = socket;
  socket = null;
  old?.close(1000);
}

function lose(code) {
  socket = null;
  const leaving = Boolean(timers.move); // the server has spread its farewells already
  stop("steady", "silence", "move");
  if (!navigator.onLine) setState("offline");
  else if (wanted.size && root.dataset.live !== "polling") setState("reconnecting");
  if (!timers.poll) after("poll", PATIENCE, poll);
  const final = code >= 4400 && code < 4500;
  if (final && (code !== 4401 || retriedSignIn)) {
    givenUp = true;
    document.dispatchEvent(new CustomEvent("jari:refused", { detail: { code } }));
    return;
  }
  retriedSignIn ||= code === 4401;
  reconnectLater(leaving ? 0 : undefined);
}

function move() {
  const old = socket;
  socket = null;
  stop("steady", "silence", "move");
  connect();
  old?.close(1000);
}

function reconnectLater(wait) {
  const ceiling = Math.min(BACKOFF.longest, BACKOFF.first * 2 ** attempts);
  attempts += 1;
  after("reconnect", wait ?? Math.random() * ceiling, connect);
}

function receive(data, subscribed) {
  heardAt = Date.now();
  if (typeof data !== "string") return;
  if (!data.startsWith("{")) {
    swap(data);
    return;
  }
  const frame = JSON.parse(data);
  const act = control[frame.type];
  if (act) act(frame, subscribed);
  else if (frame.key) tell(frame.topic, [{ ...frame, kind: frame.type, value: frame.data }], false);
}

const control = {
  connection_ack({ server_time: time }, subscribed) {
    setClock(time);
    stop("poll");
    etags.clear();
    setState("live");
    seqs.clear();
    subscribe([...wanted].filter(([topic]) => !subscribed.has(topic)));
    after("steady", STEADY_AFTER, () => {
      attempts = 0;
      retriedSignIn = false;
    });
    watchSilence();
  },
  snapshot({ topic, seq, changes }) {
    seqs.set(topic, seq);
    tell(topic, changes, true);
  },
  update({ topic, seq, changes }) {
    if (!wanted.has(topic)) return;
    if (seq !== seqs.get(topic) + 1) {
      subscribe([[topic, wanted.get(topic)]]);
      return;
    }
    seqs.set(topic, seq);
    tell(topic, changes, false);
  },
  reconnect({ after: wait }) {
    after("move", wait, move);
  },
  error({ code, topic }) {
    if (topic) giveUp(topic);
    document.dispatchEvent(new CustomEvent("jari:refused", { detail: { code, topic } }));
  },
  pong() {},
};

function watchSilence() {
  const quiet = Date.now() - heardAt;
  if (quiet >= SILENCE) ask();
  after("silence", Math.max(1000, SILENCE - quiet), watchSilence);
}

function ask() {
  const asked = Date.now();
  send({ type: "ping" });
  after("answer", ANSWER_WITHIN, () => {
    if (socket && heardAt < asked) {
      socket.close(1000);
      lose(1006); // a dead network would let the browser wait for its own close for long
    }
  });
}

// Polling

async function poll() {
  stop("poll");
  if (!wanted.size || asleep()) return;
  if (!navigator.onLine) {
    setState("offline");
    return;
  }
  const answers = [await fetchSnapshots("html", swap), await fetchSnapshots("batch", tellAll)];
  if (root.dataset.live === "live" && socket) return;
  if (answers.includes("refused")) return;
  if (answers.includes("failed")) setState(navigator.onLine ? "reconnecting" : "offline");
  else setState("polling");
  const pause = document.hidden ? POLL_HIDDEN_EVERY : POLL_EVERY;
  after("poll", pause * (0.9 + 0.2 * Math.random()), poll);
}

async function fetchSnapshots(format, show) {
  const topics = topicsIn(format);
  if (!topics.length) return "nothing";
  const url = new URL(meta.dataset.poll, location.href);
  url.searchParams.set("topics", topics.join(","));
  url.searchParams.set("format", format);
  const headers = etags.has(url.href) ? { "If-None-Match": etags.get(url.href) } : {};
  try {
    const response = await fetch(url, { headers, cache: "no-store" });
    if (response.headers.has("Server-Time")) setClock(response.headers.get("Server-Time"));
    if (response.status === 304) return "same";
    if (!response.ok) return refusal(response);
    const body = await response.text();
    if (root.dataset.live === "live" && socket) return "late";
    etags.set(url.href, response.headers.get("ETag"));
    show(body);
    return "fresh";
  } catch {
    return "failed";
  }
}

async function refusal(response) {
  if (response.status >= 500 || response.status === 429) return "failed";
  const { topic } = await response.json();
  return giveUp(topic) ? "fewer" : "refused";
}

function giveUp(topic) {
  refused.add(topic);
  return wanted.delete(topic);
}

function tellAll(body) {
  for (const { topic, changes } of JSON.parse(body).snapshots) tell(topic, changes, true);
}

// The page's life

/** Watch `topic`; fragments are swapped (html), values are told by jari:change (batch). */
export function watch(topic, format = "html") {
  asked.set(topic, format);
  settle();
}

/** Watch `topic` no longer, unless an element of the page asks for it. */
export function unwatch(topic) {
  asked.delete(topic);
  settle();
}

function topicsOf(elements) {
  const pairs = new Map(asked);
  for (const { dataset } of elements) {
    for (const topic of dataset.live.split(/\s+/).filter(Boolean)) {
      if (!asked.has(topic)) pairs.set(topic, dataset.liveFormat || "html");
    }
  }
  return [...pairs].filter(([topic]) => !refused.has(topic));
}

/** Watch what the page shows now: all of it, or, where that is too much, what is in view. */
function settle() {
  const elements = [...document.querySelectorAll("body [data-live]")];
  let pairs = topicsOf(elements);
  if (pairs.length > MOST_TOPICS) {
    pairs = topicsOf(elements.filter((element) => inView.has(element))).slice(0, MOST_TOPICS);
  }
  const chosen = new Map(pairs);
  const gone = [...wanted.keys()].filter((topic) => !chosen.has(topic));
  const fresh = pairs.filter(([topic, format]) => wanted.get(topic) !== format);
  for (const topic of gone) {
    wanted.delete(topic);
    seqs.delete(topic);
  }
  for (const [topic, format] of fresh) wanted.set(topic, format);
  if (root.dataset.live !== "live") connect();
  else {
    if (gone.length) send({ type: "unsubscribe", topics: gone });
    subscribe(fresh);
  }
}

const eye = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.add(target);
      else inView.delete(target);
    }
    after("settle", SETTLE, settle);
  },
  { rootMargin: NEAR },
);

function scan() {
  for (const element of document.querySelectorAll("body [data-live]")) {
    if (!known.has(element)) eye.observe(element);
    known.add(element);
  }
  settle();
}

function resume() {
  stop("hidden");
  attempts = 0;
  if (timers.poll) after("poll", PATIENCE, poll); // it may have been slowed down
  if (socket?.readyState === WebSocket.OPEN) ask();
  else connect();
}

if (meta) {
  document.addEventListener("visibilitychange", () => {
    if (asleep()) after("hidden", HIDDEN_FOR, disconnect);
    else if (!document.hidden) resume();
  });
  addEventListener("online", resume);
  addEventListener("offline", () => {
    disconnect();
    setState("offline");
  });
  addEventListener("pagehide", disconnect); // an open socket keeps a page out of the back cache
  addEventListener("pageshow", ({ persisted }) => persisted && resume());
  document.addEventListener("htmx:afterSettle", scan);
  scan();
}
