// The seat map: loads the hall once, follows its seats live, and lets people pick.

import { Hall } from "./hall.js";
import { Seating } from "./seating.js";
import { Camera } from "./camera.js";
import { Painter } from "./painting.js";
import { followPointers } from "./pointing.js";
import { followSeats } from "./following.js";
import { Choosing } from "./choosing.js";
import { followKeys } from "./keyboard.js";
import { Words } from "./words.js";
import { Listing } from "./listing.js";
import { Refusal } from "./refusal.js";
import { Tip } from "./tip.js";

const COLOURS = 8;
const PRESSABLE = { mouse: 7, pen: 10, touch: 14 }; // px from seat to seat; below, a press zooms in
const COMFORTABLE = 26;
const NAMES_EVERY = 400; // ms; beside them stands how much of a section is free
const MANY = 2000; // seats, from which on drawing all is quicker than drawing each
const still = matchMedia("(prefers-reduced-motion: reduce)");

const map = document.getElementById("seat-map");
const canvas = map.querySelector("[data-canvas]");
const stage = map.querySelector("[data-stage]");
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
  const eye = { hover: -1, focus: -1, pointer: null };
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
        hover: eye.hover,
        focus: focused(),
        offered: refusal.offered,
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
    painter.labels.paint();
  }

  function changed(numbers) {
    for (const number of numbers) dirty.add(number);
    want("over");
  }

  // Choosing

  const choosing = new Choosing({ map, hall, seating, changed, say, refused, show, lost, forget });
  const refusal = new Refusal({
    answer: document.getElementById("seat-answer"),
    hall, words,
    take: (keys, around) => choosing.take(keys, around),
  });
  const listing = new Listing({ words, seating, toggle: (number) => choosing.toggle(number) });
  choosing.followPanel();
  choosing.readPanel();

  function forget() {
    refusal.forget();
    want("over");
  }

  function refused(problem, number) {
    refusal.show(problem, number);
    tip.forget();
  }

  function say(word, number) {
    forget();
    announcer.textContent = words.fill(word, { name: words.name(number) });
  }

  /** Bring seats into view that somebody got without pointing at them. */
  function show(numbers) {
    if (!numbers.length) return;
    const middle = numbers[numbers.length >> 1];
    eye.focus = middle;
    camera.look(hall.x[middle], hall.y[middle], COMFORTABLE);
    announcer.textContent = words.fill("picked", { name: words.together(numbers) });
  }

  /** Tell of seats that are no longer one's own, without a press of one's own on this page. */
  function lost(numbers, isOver) {
    if (isOver) refusal.end();
    else announcer.textContent = words.fill("dropped", { name: words.together(numbers) });
  }

  // Looking

  const tip = new Tip({
    element: map.querySelector("[data-tip]"),
    camera, hall, words,
    shown: () => want("over"),
  });

  function focused() {
    return canvas.matches(":focus-visible") ? eye.focus : -1;
  }

  function showTip() {
    const seat = [eye.hover, focused(), tip.pressed].find((number) => number >= 0) ?? -1;
    const far = eye.pointer && camera.seat < PRESSABLE.mouse;
    const section = seat < 0 && far ? sectionAt(...eye.pointer) : -1;
    if (seat >= 0) tip.tellSeat(seat);
    else if (section >= 0) tip.tellSection(section, eye.pointer);
    else tip.hide();
  }

  function seatAt(x, y) {
    return hall.nearest(...camera.toHall(x, y), hall.pitch * 0.55, (n) => seating.looks[n] !== 0);
  }

  function sectionAt(x, y) {
    const [hallX, hallY] = camera.toHall(x, y);
    const near = hall.nearest(hallX, hallY, hall.pitch * 2);
    return near < 0 ? -1 : hall.section[near];
  }

  function hover(x, y) {
    const inside = x >= 0 && !painter.labels.mini.pointAt(x, y);
    const seat = inside && camera.seat >= PRESSABLE.mouse ? seatAt(x, y) : -1;
    eye.pointer = inside ? [x, y] : null;
    canvas.toggleAttribute("data-over-seat", seat >= 0);
    eye.hover = seat;
    want("over");
  }

  function press(x, y, kind) {
    const elsewhere = painter.labels.mini.pointAt(x, y);
    if (elsewhere) {
      camera.goto(...elsewhere, camera.scale);
      return;
    }
    if (camera.seat < (PRESSABLE[kind] ?? PRESSABLE.touch)) {
      const section = sectionAt(x, y);
      if (section >= 0) camera.look(...camera.toHall(x, y), COMFORTABLE);
      else camera.zoomAt(x, y, 1.8);
      return;
    }
    const seat = seatAt(x, y);
    eye.focus = seat >= 0 ? seat : eye.focus;
    if (seat < 0) {
      forget();
      return;
    }
    choosing.toggle(seat);
    if (kind !== "mouse") tip.press(seat);
  }

  followPointers(canvas, camera, { press, hover });

  // By keyboard

  function focusOn(number) {
    eye.focus = number;
    eye.hover = -1;
    const [x, y] = camera.toScreen(hall.x[number], hall.y[number]);
    const near = Math.min(x, y, camera.width - x, camera.height - y) < 40;
    if (near || camera.seat < PRESSABLE.touch) camera.look(hall.x[number], hall.y[number], COMFORTABLE);
    announcer.textContent = words.whole(number);
    want("over");
  }

  function firstSeat() {
    const [mine] = seating.mine;
    if (mine !== undefined) return mine;
    const free = (n) => seating.wordOf(n) === "free";
    const found = hall.nearest(camera.x, camera.y, Infinity, free);
    return found < 0 ? 0 : found;
  }

  followKeys(canvas, camera, {
    move: (dx, dy) => focusOn(eye.focus < 0 ? firstSeat() : hall.neighbour(eye.focus, dx, dy)),
    pick: () => (eye.focus < 0 ? focusOn(firstSeat()) : choosing.toggle(eye.focus)),
    forget,
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

  told = followSeats({ map, seating, words, changed, refresh: (isOver) => choosing.refresh(isOver) });

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
