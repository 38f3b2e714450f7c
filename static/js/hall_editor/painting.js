// Paints a hall on two sheets: the seats, and over them what is selected, dragged or pointed at.

import { localName } from "./words.js";

const SHAPES_FROM = 6; // px from seat to seat: below, seats are dots
const ROWS_FROM = 13;
const LABELS_FROM = 19;
const SHARPEST = 2; // device pixels a CSS pixel: more costs time and shows nothing
const TOKENS = {
  ground: "--surface", shape: "--line", edge: "--line-strong", ink: "--ink", soft: "--ink-soft",
  chosen: "--focus", onBand: "--on-band",
};
export const Mark = { PLAIN: 0, HELD: 1, SOLD: 2, BLOCKED: 3 };

export class Painter {
  constructor({ stage, view, flat, selection = new Set(), marks = null }) {
    Object.assign(this, { stage, view, flat, selection, marks });
    [this.seats, this.over] = [...stage.querySelectorAll("canvas")].map((sheet) => sheet.getContext("2d"));
    this.wanted = 0;
    this.ghost = null; // how far the selection is being dragged
    this.rectangle = null; // on the screen
    this.recolour();
    new ResizeObserver(() => this.resize()).observe(stage);
    const again = () => {
      this.recolour();
      this.ask();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  recolour() {
    const probe = document.createElement("span");
    this.stage.append(probe);
    const read = (token) => {
      probe.style.color = `var(${token})`;
      return getComputedStyle(probe).color;
    };
    this.colour = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)]));
    this.colour.bands = Array.from({ length: 8 }, (_, band) => read(`--band-${band}`));
    this.font = getComputedStyle(probe).fontFamily;
    probe.remove();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.ratio = Math.min(devicePixelRatio || 1, SHARPEST);
    for (const { canvas } of [this.seats, this.over]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.view.resize(width, height);
  }

  /** Paint with the next frame: all of it, or only what lies above the seats. */
  ask(all = true) {
    this.all ||= all;
    this.wanted ||= requestAnimationFrame(() => {
      this.wanted = 0;
      if (this.all) this.#paint();
      this.#paintOver();
      this.all = false;
    });
  }

  get size() {
    return this.flat.pitch * this.view.scale;
  }

  #onScreen(context) {
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }

  #inDrawing(context, [dx, dy] = [0, 0]) {
    const { scale, x, y, width, height } = this.view;
    const s = scale * this.ratio;
    context.setTransform(s, 0, 0, s, (width / 2 - (x - dx) * scale) * this.ratio, (height / 2 - (y - dy) * scale) * this.ratio);
  }

  #paint() {
    const { seats: context, view, colour } = this;
    this.#onScreen(context);
    context.fillStyle = colour.ground;
    context.fillRect(0, 0, view.width, view.height);
    this.#inDrawing(context);
    context.fillStyle = colour.shape;
    for (const shape of this.flat.shapes) this.#shapePath(context, shape, "fill");
    this.#paintSeats(context);
    if (this.size >= SHAPES_FROM) this.#paintAisles(context);
    if (this.size >= LABELS_FROM) this.#paintLabels(context);
    this.#onScreen(context);
    this.#paintNames(context);
    this.stage.dataset.view = `${view.x} ${view.y} ${view.scale}`;
  }

  #shapePath(context, { x, y, width, height }, act) {
    context.beginPath();
    context.roundRect(x, y, width, height, Math.min(width, height, this.flat.pitch) * 0.3);
    context[act]();
  }

  #visible() {
    const { flat } = this;
    const { left, top, right, bottom } = this.view.seen(flat.pitch);
    const found = Array.from({ length: 32 }, () => []);
    for (let n = 0; n < flat.count; n += 1) {
      if (flat.x[n] < left || flat.x[n] > right || flat.y[n] < top || flat.y[n] > bottom) continue;
      found[(this.marks?.[n] ?? 0) * 8 + flat.band[n]].push(n);
    }
    return found;
  }

  #paintSeats(context) {
    const { pitch } = this.flat;
    this.#visible().forEach((numbers, kind) => {
      if (!numbers.length) return;
      const mark = kind >> 3;
      context.fillStyle = mark ? this.colour.edge : this.colour.bands[kind & 7];
      context.strokeStyle = mark === Mark.BLOCKED ? this.colour.ink : this.colour.edge;
      context.lineWidth = pitch * 0.11;
      context.beginPath();
      for (const n of numbers) this.#trace(context, n, mark);
      if (mark === Mark.HELD || mark === Mark.BLOCKED) context.stroke();
      else context.fill();
    });
  }

  #trace(context, n, mark) {
    const { pitch, seats } = this.flat;
    const [x, y] = [this.flat.x[n], this.flat.y[n]];
    const r = pitch * (mark === Mark.SOLD ? 0.14 : 0.38);
    if (mark === Mark.BLOCKED) {
      const d = r * 0.75;
      context.moveTo(x - d, y - d);
      context.lineTo(x + d, y + d);
      context.moveTo(x + d, y - d);
      context.lineTo(x - d, y + d);
    } else if (this.size < SHAPES_FROM) {
      context.rect(x - r, y - r, 2 * r, 2 * r);
    } else if (seats[n].accessible || seats[n].companion) {
      context.roundRect(x - r, y - r, 2 * r, 2 * r, r * 0.35);
      if (seats[n].accessible) context.rect(x - r * 0.55, y + r * 1.12, r * 1.1, r * 0.2);
    } else {
      context.moveTo(x + r, y);
      context.arc(x, y, r, 0, 2 * Math.PI);
    }
  }

  #paintAisles(context) {
    const { flat } = this;
    const { left, top, right, bottom } = this.view.seen(flat.pitch);
    context.beginPath();
    for (let n = 0; n + 1 < flat.count; n += 1) {
      if (!flat.seats[n].aisle_after || flat.rowOf[n] !== flat.rowOf[n + 1]) continue;
      const [dx, dy] = [flat.x[n + 1] - flat.x[n], flat.y[n + 1] - flat.y[n]];
      const [x, y] = [flat.x[n] + dx / 2, flat.y[n] + dy / 2];
      if (x < left || x > right || y < top || y > bottom) continue;
      const s = (flat.pitch * 0.45) / (Math.hypot(dx, dy) || 1);
      context.moveTo(x - dy * s, y + dx * s);
      context.lineTo(x + dy * s, y - dx * s);
    }
    context.strokeStyle = this.colour.edge;
    context.lineWidth = flat.pitch * 0.1;
    context.stroke();
  }

  #paintLabels(context) {
    const { flat, marks } = this;
    const { left, top, right, bottom } = this.view.seen();
    context.fillStyle = this.colour.onBand;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let n = 0; n < flat.count; n += 1) {
      if (flat.x[n] < left || flat.x[n] > right || flat.y[n] < top || flat.y[n] > bottom || marks?.[n]) continue;
      const { label } = flat.seats[n];
      context.font = `700 ${flat.pitch * (label.length > 2 ? 0.26 : 0.36)}px ${this.font}`;
      context.fillText(label, flat.x[n], flat.y[n] + flat.pitch * 0.02);
    }
  }

  #paintNames(context) {
    const { flat, view, colour } = this;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour.ink;
    for (const shape of flat.shapes) {
      const size = Math.max(9, Math.min(16, shape.height * view.scale * 0.4));
      context.font = `700 ${size}px ${this.font}`;
      const text = localName(shape.name);
      if (context.measureText(text).width > shape.width * view.scale) continue;
      context.fillText(text, ...view.toScreen(shape.x + shape.width / 2, shape.y + shape.height / 2));
    }
    if (this.size >= ROWS_FROM) this.#nameRows(context);
    else this.#nameSections(context);
  }

  #nameRows(context) {
    const { flat, view } = this;
    context.font = `600 12px ${this.font}`;
    context.fillStyle = this.colour.soft;
    for (const { row, first, end } of flat.rows) {
      const other = end - first > 1 ? first + 1 : first;
      const [x, y] = view.toScreen(flat.x[first], flat.y[first]);
      const [nextX, nextY] = view.toScreen(flat.x[other], flat.y[other]);
      const away = Math.hypot(x - nextX, y - nextY) || 1;
      const step = first === other ? [-1, 0] : [(x - nextX) / away, (y - nextY) / away];
      const reach = this.size * 0.5 + 9;
      if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) continue;
      context.fillText(localName(row.name ?? row.key), x + step[0] * reach, y + step[1] * reach);
    }
  }

  #nameSections(context) {
    const { flat, view, colour } = this;
    context.font = `700 12px ${this.font}`;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeStyle = colour.ground;
    context.fillStyle = colour.ink;
    for (const { section, first, end } of flat.sections) {
      let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
      for (let n = first; n < end; n += 1) {
        left = Math.min(left, flat.x[n]);
        right = Math.max(right, flat.x[n]);
        top = Math.min(top, flat.y[n]);
        bottom = Math.max(bottom, flat.y[n]);
      }
      if (context.measureText(section.key).width > (right - left) * view.scale + 16) continue;
      const at = view.toScreen((left + right) / 2, (top + bottom) / 2);
      context.strokeText(section.key, ...at);
      context.fillText(section.key, ...at);
    }
  }

  /** Mark what is selected: each by itself, as one path of thousands takes long. */
  #paintChosen(context) {
    const { flat } = this;
    const [dx, dy] = this.ghost ?? [0, 0];
    const { left, top, right, bottom } = this.view.seen(flat.pitch);
    const outlined = this.size >= SHAPES_FROM;
    const r = flat.pitch * 0.46;
    context.globalAlpha = outlined ? 0.22 : 0.75;
    const shown = [];
    for (const id of this.selection) {
      const n = flat.numbers.get(id);
      if (n === undefined) continue;
      const [x, y] = [flat.x[n], flat.y[n]];
      if (x + dx < left || x + dx > right || y + dy < top || y + dy > bottom) continue;
      context.fillRect(x - r, y - r, 2 * r, 2 * r);
      shown.push(n);
    }
    context.globalAlpha = 1;
    if (outlined) for (const n of shown) context.strokeRect(flat.x[n] - r, flat.y[n] - r, 2 * r, 2 * r);
  }

  #paintOver() {
    const { over: context, flat, view, colour } = this;
    this.#onScreen(context);
    context.clearRect(0, 0, view.width, view.height);
    this.#inDrawing(context, this.ghost ?? [0, 0]);
    context.strokeStyle = colour.chosen;
    context.fillStyle = colour.chosen;
    context.lineWidth = Math.max(2 / view.scale, flat.pitch * 0.12);
    this.#paintChosen(context);
    for (const shape of flat.shapes) if (this.selection.has(shape.id)) this.#shapePath(context, shape, "stroke");
    if (!this.rectangle) return;
    this.#onScreen(context);
    const { left, top, right, bottom } = this.rectangle;
    context.lineWidth = 1.5;
    context.strokeRect(left, top, right - left, bottom - top);
    context.globalAlpha = 0.1;
    context.fillRect(left, top, right - left, bottom - top);
    context.globalAlpha = 1;
  }
}
