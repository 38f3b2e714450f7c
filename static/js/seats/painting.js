// Draws the hall on three sheets: seats, of which only those that changed are drawn again; names,
// which change with the view alone; and what follows the pointer or waits for an answer.

import { Labels } from "./labels.js";
import { Look, LOOKS } from "./seating.js";

const DOTS_FROM = 2.2; // px from seat to seat: below, sections are blocks
const SHAPES_FROM = 7; // below, seats are dots
const LABELS_FROM = 21;
const SHARPEST = 2; // device pixels a CSS pixel: more costs time and shows nothing
const TOKENS = {
  ground: "--surface", block: "--sunken", line: "--line", edge: "--line-strong", ink: "--ink",
  soft: "--ink-soft", mine: "--jade", onMine: "--on-jade", focus: "--focus", onBand: "--on-band",
};

export class Painter {
  constructor({ hall, seating, camera, colours, sheets }) {
    Object.assign(this, { hall, seating, camera, bandColours: colours, sheets });
    let names;
    [this.seats, names, this.over] = sheets.map((sheet) => sheet.getContext("2d"));
    this.order = new Int32Array(hall.count);
    this.inView = new Int32Array(hall.count);
    this.outlines = hall.sections.map(({ outline }) => {
      const path = new Path2D();
      outline.forEach((n, i) => path[i ? "lineTo" : "moveTo"](hall.x[n], hall.y[n]));
      path.closePath();
      return path;
    });
    this.labels = new Labels(this, names);
    this.recolour();
  }

  /** Read the colours of the theme; the browser knows best what light-dark() comes to. */
  recolour() {
    const probe = document.createElement("span");
    this.sheets[0].parentElement.append(probe);
    const read = (token) => {
      probe.style.color = `var(${token})`;
      return getComputedStyle(probe).color;
    };
    this.colour = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)]));
    this.colour.bands = this.bandColours.map((index) => read(`--band-${index}`));
    this.font = getComputedStyle(probe).fontFamily;
    probe.remove();
  }

  resize(width, height) {
    this.ratio = Math.min(devicePixelRatio || 1, SHARPEST);
    for (const sheet of this.sheets) {
      sheet.width = Math.round(width * this.ratio);
      sheet.height = Math.round(height * this.ratio);
    }
  }

  get detail() {
    const size = this.camera.seat;
    if (size < DOTS_FROM) return "blocks";
    return size < SHAPES_FROM ? "dots" : "shapes";
  }

  #inHall(context) {
    const { scale, x, y, width, height } = this.camera;
    const s = scale * this.ratio;
    context.setTransform(s, 0, 0, s, (width / 2 - x * scale) * this.ratio, (height / 2 - y * scale) * this.ratio);
  }

  onScreen(context) {
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }

  /** Draw everything that is in view. */
  paint() {
    const context = this.seats;
    this.onScreen(context);
    context.fillStyle = this.colour.ground;
    context.fillRect(0, 0, this.camera.width, this.camera.height);
    this.#inHall(context);
    this.#paintGround(context);
    if (this.detail !== "blocks") this.#paintSeats(context, this.#visible());
    this.labels.paint();
  }

  #paintGround(context) {
    const { hall, colour } = this;
    context.fillStyle = colour.line;
    for (const shape of hall.shapes) {
      context.beginPath();
      context.roundRect(shape.x, shape.y, shape.width, shape.height, hall.pitch * 0.6);
      context.fill();
    }
    context.lineJoin = "round";
    context.lineWidth = hall.pitch * 1.5;
    context.fillStyle = context.strokeStyle = colour.block;
    for (const path of this.outlines) {
      context.stroke(path);
      context.fill(path);
    }
    if (this.detail === "blocks") this.#paintShares(context);
  }

  /** Fill each section by the price most of it has, the stronger the more of it is free. */
  #paintShares(context) {
    const { hall, seating, colour } = this;
    hall.sections.forEach((section, index) => {
      const band = hall.band[(section.first + section.end) >> 1];
      if (seating.hidden.has(band)) return;
      const share = seating.freeInSection[index] / (section.end - section.first);
      context.globalAlpha = share ? 0.14 + 0.5 * share : 0;
      context.fillStyle = colour.bands[band];
      context.fill(this.outlines[index]);
    });
    context.globalAlpha = 1;
  }

  #visible() {
    const { hall } = this;
    const view = this.camera.view(this.camera.seat);
    const counts = new Int32Array(LOOKS + 1);
    const { inView } = this;
    let seen = 0;
    for (const section of hall.sections) {
      const { left, top, right, bottom } = section.box;
      if (left > view.right || right < view.left || top > view.bottom || bottom < view.top) continue;
      for (let n = section.first; n < section.end; n += 1) {
        if (hall.x[n] < view.left || hall.x[n] > view.right) continue;
        if (hall.y[n] < view.top || hall.y[n] > view.bottom) continue;
        inView[seen] = n;
        seen += 1;
        counts[this.seating.looks[n] + 1] += 1;
      }
    }
    for (let look = 1; look <= LOOKS; look += 1) counts[look] += counts[look - 1];
    for (let i = 0; i < seen; i += 1) {
      const n = inView[i];
      const look = this.seating.looks[n];
      this.order[counts[look]] = n;
      counts[look] += 1;
    }
    return this.order.subarray(0, seen); // those that look alike side by side
  }

  /** Draw seats again that look otherwise than before. */
  repaint(numbers) {
    if (this.detail === "blocks") {
      this.paint();
      return;
    }
    const { hall, seating } = this;
    const context = this.seats;
    this.#inHall(context);
    const view = this.camera.view(this.camera.seat);
    const shown = numbers.filter((n) =>
      hall.x[n] > view.left && hall.x[n] < view.right && hall.y[n] > view.top && hall.y[n] < view.bottom);
    context.fillStyle = this.colour.block;
    for (const n of shown) {
      context.beginPath();
      context.arc(hall.x[n], hall.y[n], hall.pitch * 0.53, 0, 2 * Math.PI);
      context.fill();
    }
    shown.sort((one, other) => seating.looks[one] - seating.looks[other]);
    this.#paintSeats(context, shown);
  }

  #paintSeats(context, numbers) {
    const { looks } = this.seating;
    for (let start = 0; start < numbers.length;) {
      const look = looks[numbers[start]];
      let end = start;
      while (end < numbers.length && looks[numbers[end]] === look) end += 1;
      if (look !== Look.NONE) this.#paintAlike(context, look, numbers, start, end);
      start = end;
    }
  }

  #paintAlike(context, look, numbers, start, end) {
    const { hall, colour } = this;
    const { pitch, x, y } = hall;
    const band = look >= Look.FREE ? colour.bands[(look - Look.FREE) % 16] : null;
    context.fillStyle = band ?? (look === Look.MINE ? colour.mine : colour.edge);
    if (this.detail === "dots") {
      const size = pitch * { [Look.SOLD]: 0.26, [Look.HELD]: 0.45, [Look.MINE]: 1, [Look.FAINT]: 0.3 }[look] || pitch * 0.76;
      for (let i = start; i < end; i += 1) {
        context.fillRect(x[numbers[i]] - size / 2, y[numbers[i]] - size / 2, size, size);
      }
      return;
    }
    const radius = pitch * ({ [Look.SOLD]: 0.13, [Look.FAINT]: 0.13, [Look.MINE]: 0.5 }[look] ?? 0.4);
    context.beginPath();
    for (let i = start; i < end; i += 1) {
      const n = numbers[i];
      if (look >= Look.ROOM) {
        context.roundRect(x[n] - radius, y[n] - radius, radius * 2, radius * 2, radius * 0.4);
      } else {
        const r = look === Look.HELD ? radius * 0.85 : radius;
        context.moveTo(x[n] + r, y[n]);
        context.arc(x[n], y[n], r, 0, 2 * Math.PI);
        if (look === Look.HELD) {
          context.moveTo(x[n] - r * 0.7, y[n] + r * 0.7);
          context.lineTo(x[n] + r * 0.7, y[n] - r * 0.7);
        }
      }
    }
    if (look === Look.HELD) {
      context.strokeStyle = colour.edge;
      context.lineWidth = pitch * 0.09;
      context.stroke();
      return;
    }
    context.fill();
    if (look === Look.MINE) this.#paintChecks(context, numbers, start, end);
    else if (look >= Look.FREE && this.camera.seat >= LABELS_FROM) this.#paintLabels(context, numbers, start, end);
  }

  #paintChecks(context, numbers, start, end) {
    const { pitch, x, y } = this.hall;
    const r = pitch * 0.5;
    context.beginPath();
    for (let i = start; i < end; i += 1) {
      const [cx, cy] = [x[numbers[i]], y[numbers[i]]];
      context.moveTo(cx - r * 0.45, cy + r * 0.05);
      context.lineTo(cx - r * 0.1, cy + r * 0.4);
      context.lineTo(cx + r * 0.5, cy - r * 0.35);
    }
    context.strokeStyle = this.colour.onMine;
    context.lineWidth = pitch * 0.11;
    context.lineCap = "round";
    context.stroke();
  }

  #paintLabels(context, numbers, start, end) {
    const { hall } = this;
    context.fillStyle = this.colour.onBand;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = start; i < end; i += 1) {
      const n = numbers[i];
      const label = hall.labels[n];
      context.font = `700 ${hall.pitch * (label.length > 2 ? 0.28 : 0.38)}px ${this.font}`;
      context.fillText(label, hall.x[n], hall.y[n] + hall.pitch * 0.02);
    }
  }

  /** Draw rings: around what is looked at, waits for an answer, or is offered instead. */
  paintOver({ hover, focus, waiting, offered, phase }) {
    const context = this.over;
    this.onScreen(context);
    context.clearRect(0, 0, this.camera.width, this.camera.height);
    for (const n of offered) this.#ring(context, n, this.colour.mine, [4, 3], 3);
    if (hover >= 0) this.#ring(context, hover, this.colour.ink, [], 2);
    if (focus >= 0) this.#ring(context, focus, this.colour.focus, [], 3);
    for (const n of waiting) this.#ring(context, n, this.colour.mine, [6, 4], 3, phase);
  }

  #ring(context, number, colour, dash, width, phase = 0) {
    const [x, y] = this.camera.toScreen(this.hall.x[number], this.hall.y[number]);
    context.beginPath();
    context.arc(x, y, Math.max(5, this.camera.seat * 0.5 + 1), 0, 2 * Math.PI);
    context.strokeStyle = this.colour.ground;
    context.setLineDash([]);
    context.lineWidth = width + 2;
    context.stroke();
    context.setLineDash(dash);
    context.lineDashOffset = -phase;
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
    context.setLineDash([]);
  }
}
