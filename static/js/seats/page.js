// The seat map: loads the hall once, follows its seats live, and lets people pick.

import { Hall } from "./hall.js";
import { Seating } from "./seating.js";
import { Camera } from "./camera.js";
import { Painter } from "./painting.js";
import { followPointers } from "./pointing.js";
import { Choosing } from "./choosing.js";
import { Words } from "./words.js";
import { Listing } from "./listing.js";

const COLOURS = 8;
const PRESSABLE = { mouse: 7, pen: 10, touch: 14 }; // px from seat to seat; below, a press zooms in
const COMFORTABLE = 26;
const NAMES_EVERY = 400; // ms; beside them stands how much of a section is free
const MANY = 2000; // seats, from which on drawing all is quicker than drawing each
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const still = matchMedia("(prefers-reduced-motion: reduce)");

const map = document.getElementById("seat-map");
const canvas = map.querySelector("[data-canvas]");
const stage = map.querySelector("[data-stage]");
const tip = map.querySelector("[data-tip]");
const answer = document.getElementById("seat-answer");
const announcer = document.getElementById("announcer");
const early = []; // what was told before the hall was there

let told = (detail) => early.push(detail);
document.addEventListener("jari:change", ({ detail }) => detail.topic && told(detail));

async function load() {
  const response = await fetch(map.dataset.layout);
  if (!response.ok) throw new Error(`The layout: ${response.status}`);
  return response.json();
}

function start(layout) {
  const hall = new Hall(layout);
  const seating = new Seating(hall, map.dataset.states);
  const words = new Words(hall, seating);
  const camera = new Camera(hall, () => want("all"));
  const painter = new Painter({
    hall, seating, camera,
    colours: layout.categories.map(({ colour }) => colour % COLOURS),
    sheets: [...map.querySelectorAll("canvas")],
  });
  const dirty = new Set();
  const eye = { hover: -1, focus: -1, offered: [], pointer: null };
  let wanted = 0; // the frame that was asked for
  let [all, over] = [false, false];
  let naming = 0;

  // Drawing: at most once a frame, and only what changed

  function want(what) {
    if (what === "all") all = over = true;
    else over = true;
    wanted ||= requestAnimationFrame(draw);
  }

  function draw(now) {
    wanted = 0;
    if (!painter.ratio) return;
    if (all || dirty.size > MANY) painter.paint();
    else if (dirty.size) painter.repaint([...dirty]);
    if (dirty.size) {
      words.count();
      listing.show(dirty);
      naming ||= setTimeout(nameAgain, NAMES_EVERY);
    }
    if (over || choosing.waiting.size || dirty.size) {
      painter.paintOver({
        ...eye,
        focus: canvas.matches(":focus-visible") ? eye.focus : -1,
        waiting: choosing.waiting.keys(),
        phase: still.matches ? 0 : now / 40,
      });
      showTip();
    }
    if (all) {
      stage.dataset.view = [camera.x, camera.y, camera.scale].join(" ");
      canvas.toggleAttribute("data-fitted", camera.fitted);
    }
    all = over = false;
    dirty.clear();
    if (choosing.waiting.size && !still.matches) want("over");
    if (!map.dataset.drawn) {
      map.dataset.drawn = "";
      performance.mark("seats-drawn");
    }
  }

  function nameAgain() {
    naming = 0;
    painter.paintNames();
  }

  function changed(numbers) {
    for (const number of numbers) dirty.add(number);
    want("over");
  }

  // Choosing

  const choosing = new Choosing({ map, hall, seating, changed, say, refused, show });
  const listing = new Listing({ words, seating, toggle: (number) => choosing.toggle(number) });
  choosing.followPanel();
  choosing.readPanel();

  function forget() {
    answer.replaceChildren();
    eye.offered = [];
    want("over");
  }

  function say(word, number) {
    forget();
    announcer.textContent = words.fill(word, { name: words.name(number) });
  }

  /** Bring seats into view that somebody got without pointing at them. */
  function show(numbers, posted) {
    if (!posted || !numbers.length) return;
    const middle = numbers[numbers.length >> 1];
    eye.focus = middle;
    camera.look(hall.x[middle], hall.y[middle], COMFORTABLE);
    announcer.textContent = words.fill("picked", { name: words.together(numbers) });
  }

  /** Say why not, and offer what could be had instead; nothing at all takes the offer back. */
  function refused(problem, number) {
    eye.offered = [];
    want("over");
    if (problem === undefined) return;
    const note = document.createElement("div");
    note.className = "notice notice-stop";
    note.dataset.code = problem?.code ?? "offline";
    const text = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = problem?.title ?? words.known.offline;
    text.append(strong, ` ${words.name(number)}`);
    const column = document.createElement("div");
    column.append(text);
    note.append(column);
    const groups = problem?.alternatives ?? [];
    if (groups.length) column.append(offer(groups, problem, number));
    answer.replaceChildren(note);
  }

  function offer(groups, problem, number) {
    const around = problem.code === "stranded_seat" ? [hall.keyOf(number), ...problem.seats] : [];
    const list = document.createElement("ul");
    list.className = "seat-groups";
    for (const keys of groups) {
      const numbers = keys.map((key) => hall.numberOf(key)).filter((found) => found >= 0);
      eye.offered.push(...numbers);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-soft";
      button.textContent = words.fill("instead", { seats: words.together(numbers) });
      button.addEventListener("click", () => choosing.take(keys, around));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    return list;
  }

  // Looking

  function seatAt(x, y) {
    return hall.nearest(...camera.toHall(x, y), hall.pitch * 0.55, (n) => seating.looks[n] !== 0);
  }

  function sectionAt(x, y) {
    const [hallX, hallY] = camera.toHall(x, y);
    const near = hall.nearest(hallX, hallY, hall.pitch * 2);
    return near < 0 ? -1 : hall.section[near];
  }

  function hover(x, y) {
    const seat = x >= 0 && camera.seat >= PRESSABLE.mouse ? seatAt(x, y) : -1;
    eye.pointer = x >= 0 ? [x, y] : null;
    canvas.toggleAttribute("data-over-seat", seat >= 0);
    eye.hover = seat;
    want("over");
  }

  function press(x, y, kind) {
    if (camera.seat < (PRESSABLE[kind] ?? PRESSABLE.touch)) {
      const section = sectionAt(x, y);
      if (section >= 0) camera.look(...camera.toHall(x, y), COMFORTABLE);
      else camera.zoomAt(x, y, 1.8);
      return;
    }
    const seat = seatAt(x, y);
    eye.focus = seat >= 0 ? seat : eye.focus;
    if (seat >= 0) choosing.toggle(seat);
    else forget();
  }

  function showTip() {
    const focused = canvas.matches(":focus-visible") ? eye.focus : -1;
    const seat = eye.hover >= 0 ? eye.hover : focused;
    const section = seat < 0 && eye.pointer && camera.seat < PRESSABLE.mouse ? sectionAt(...eye.pointer) : -1;
    tip.hidden = seat < 0 && section < 0;
    if (tip.hidden) return;
    const strong = document.createElement("strong");
    strong.textContent = seat >= 0 ? words.name(seat) : hall.sections[section].name;
    const rest = seat >= 0 ? `${words.price(seat)} · ${words.state(seat)}` : words.left(section);
    tip.replaceChildren(strong, rest);
    const [x, y] = seat >= 0 ? camera.toScreen(hall.x[seat], hall.y[seat]) : eye.pointer;
    const gap = Math.max(14, camera.seat * 0.7);
    const above = y > tip.offsetHeight + gap + 4;
    const left = Math.min(Math.max(8, x - tip.offsetWidth / 2), camera.width - tip.offsetWidth - 8);
    tip.style.transform = `translate(${left}px, ${above ? y - gap - tip.offsetHeight : y + gap}px)`;
  }

  followPointers(canvas, camera, { press, hover });

  // By keyboard

  function focusOn(number, speak = true) {
    eye.focus = number;
    const [x, y] = camera.toScreen(hall.x[number], hall.y[number]);
    const near = Math.min(x, y, camera.width - x, camera.height - y) < 40;
    if (near || camera.seat < PRESSABLE.touch) camera.look(hall.x[number], hall.y[number], COMFORTABLE);
    if (speak) announcer.textContent = words.whole(number);
    want("over");
  }

  function firstSeat() {
    const [mine] = seating.mine;
    if (mine !== undefined) return mine;
    const free = (n) => seating.wordOf(n) === "free";
    const found = hall.nearest(camera.x, camera.y, Infinity, free);
    return found < 0 ? 0 : found;
  }

  const keys = {
    "+": () => camera.zoomAt(camera.width / 2, camera.height / 2, 1.4),
    "=": () => keys["+"](),
    "-": () => camera.zoomAt(camera.width / 2, camera.height / 2, 1 / 1.4),
    Home: () => camera.fit(),
    Enter: () => (eye.focus >= 0 ? choosing.toggle(eye.focus) : focusOn(firstSeat())),
    " ": () => keys.Enter(),
    Escape: forget,
  };

  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (!arrow && !keys[event.key]) return;
    event.preventDefault();
    eye.hover = -1;
    if (!arrow) keys[event.key]();
    else focusOn(eye.focus < 0 ? firstSeat() : hall.neighbour(eye.focus, ...arrow));
  });
  canvas.addEventListener("focus", () => want("over"));
  canvas.addEventListener("blur", () => want("over"));
  stage.addEventListener("click", ({ target }) => {
    const way = target.closest("[data-zoom]")?.dataset.zoom;
    if (way === "fit") camera.fit();
    else if (way) camera.zoomAt(camera.width / 2, camera.height / 2, way === "in" ? 1.6 : 1 / 1.6);
  });

  // Prices

  const boxes = [...document.querySelectorAll(".seat-band input")];
  const filter = () => {
    seating.hide(boxes.filter((box) => !box.checked).map((box) => Number(box.value)));
    want("all");
  };
  for (const box of boxes) box.addEventListener("change", filter);

  // Live

  told = ({ topic, changes, snapshot }) => {
    if (topic === `seats.${map.dataset.event}`) changes.forEach(take);
    else if (topic.startsWith("user.")) hear(changes, snapshot);
  };

  function take({ kind, value }) {
    if (kind === "seat_updated") {
      if (seating.set(value.number, value.state)) changed([value.number]);
      else words.count();
    } else if (kind === "seats_snapshot") {
      if (value.layout !== map.dataset.version) location.reload();
      else changed(seating.replace(value.states));
    }
  }

  let heard = false;
  function hear(changes, snapshot) {
    const first = snapshot && !heard;
    heard = true;
    if (!first && changes.some(({ value }) => value.event === map.dataset.event)) choosing.refresh();
  }

  // The page around it

  const recolour = () => {
    painter.recolour();
    want("all");
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const resize = ({ width, height }) => {
    painter.resize(width, height);
    camera.resize(width, height);
  };
  new ResizeObserver(([{ contentRect }]) => resize(contentRect)).observe(stage);
  resize(stage.getBoundingClientRect());
  early.splice(0).forEach(told);

  const asked = new URLSearchParams(location.search);
  const band = document.querySelector(`.seat-band[data-key="${CSS.escape(asked.get("band") ?? "")}"]`);
  if (band) {
    for (const box of boxes) box.checked = band.contains(box);
    filter();
  }
  const seat = asked.has("seat") ? hall.numberOf(asked.get("seat")) : -1;
  if (seat >= 0) {
    canvas.focus({ focusVisible: true });
    focusOn(seat);
  }
}

function giveUp() {
  const note = document.createElement("p");
  note.className = "notice notice-wait";
  note.textContent = document.getElementById("seat-words").content.querySelector("[data-word=broken]").textContent;
  for (const part of stage.querySelectorAll("canvas, .seat-tools")) part.remove();
  stage.dataset.broken = "";
  stage.prepend(note);
}

load().catch(giveUp).then((layout) => layout && start(layout));
