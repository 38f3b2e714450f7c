// Writes names on the map: of stage, sections and rows, beside the seats where one may press them.

import { MiniMap } from "./minimap.js";

const ROWS_FROM = 13; // px from seat to seat: from here on rows are named, below sections

/** Return what sections are called where there is little room: by number, if that tells them apart. */
function numbersOf(sections) {
  const numbers = sections.map(({ name }) => name.replace(/\D+/g, " ").trim());
  const telling = numbers.every(Boolean) && new Set(numbers).size === numbers.length;
  return telling ? numbers : sections.map(({ name }) => name);
}

export class Labels {
  constructor(painter, context) {
    const { hall, seating, camera } = painter;
    Object.assign(this, { painter, context, hall, seating, camera });
    this.numbers = numbersOf(hall.sections);
    this.widths = new Map();
    this.mini = new MiniMap(painter, context);
  }

  paint() {
    const { context } = this;
    this.painter.onScreen(context);
    context.clearRect(0, 0, this.camera.width, this.camera.height);
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const shape of this.hall.shapes) this.#nameShape(context, shape);
    if (this.camera.seat >= ROWS_FROM) this.#nameRows(context);
    else this.#nameSections(context);
    this.mini.paint();
  }

  #nameSections(context) {
    const taken = [];
    const { detail, font } = this.painter;
    const size = detail === "blocks" ? 10 : 12;
    const behind = detail === "shapes"; // seats that one may press are not written over
    context.font = `700 ${size}px ${font}`;
    const fits = (section, text) => behind || this.#widthOf(context, text, size) <= this.#room(section);
    const { sections } = this.hall;
    const short = !sections.every((section) => fits(section, section.name));
    sections.forEach((section, index) => {
      const name = short ? this.numbers[index] : section.name;
      if (fits(section, name)) this.#nameSection(context, section, index, { name, size, taken, behind });
    });
  }

  #nameShape(context, { x, y, width, height, name }) {
    const [cx, cy] = this.camera.toScreen(x + width / 2, y + height / 2);
    const size = Math.min(18, Math.max(10, height * this.camera.scale * 0.3));
    context.font = `700 ${size}px ${this.painter.font}`;
    if (!name || context.measureText(name).width > width * this.camera.scale) return;
    context.fillStyle = this.painter.colour.soft;
    context.fillText(name, cx, cy);
  }

  #widthOf(context, text, size) {
    const key = `${size} ${text}`;
    if (!this.widths.has(key)) this.widths.set(key, context.measureText(text).width + 10);
    return this.widths.get(key);
  }

  #room({ box }) {
    return Math.max(box.right - box.left, this.hall.pitch * 2) * this.camera.scale + 10;
  }

  #nameSection(context, section, index, { name, size, taken, behind }) {
    const width = this.#widthOf(context, name, size);
    const height = size * 1.6 + 4;
    const [x, y] = behind ? this.#behind(section, width, height) : this.camera.toScreen(...section.middle);
    const box = { left: x - width / 2, right: x + width / 2, top: y - size * 0.8, bottom: y - size * 0.8 + height };
    if (taken.some((one) => one.left < box.right && one.right > box.left && one.top < box.bottom && one.bottom > box.top)) return;
    taken.push(box);
    const share = this.seating.freeInSection[index] / (section.end - section.first);
    context.globalAlpha = 0.88;
    context.fillStyle = this.painter.colour.ground;
    context.beginPath();
    context.roundRect(box.left, box.top, width, height, 5);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = this.painter.colour.ink;
    context.fillText(name, x, y);
    context.fillStyle = this.painter.colour.line;
    context.fillRect(box.left + 5, y + size * 0.8, width - 10, 2);
    context.fillStyle = this.painter.colour.mine;
    context.fillRect(box.left + 5, y + size * 0.8, (width - 10) * share, 2);
  }

  #behind({ back }, width, height) {
    const [x, y] = this.camera.toScreen(back.x, back.y);
    const away = (Math.abs(back.dx) * width + Math.abs(back.dy) * height) / 2 + this.camera.seat * 0.7;
    return [x + back.dx * away, y + back.dy * away];
  }

  /** Name both ends of each row: beyond its last seat, or where the row leaves the screen. */
  #nameRows(context) {
    const { hall, camera } = this;
    const size = Math.min(14, camera.seat * 0.5);
    context.font = `600 ${size}px ${this.painter.font}`;
    const view = camera.view(-size);
    const seen = (n) =>
      hall.x[n] > view.left && hall.x[n] < view.right && hall.y[n] > view.top && hall.y[n] < view.bottom;
    for (const { name, first, end } of hall.rows) {
      if (end - first < 2) continue;
      for (const [from, step] of [[first, 1], [end - 1, -1]]) {
        let n = from;
        while (n >= first && n < end && !seen(n)) n += step;
        if (n < first || n >= end) break;
        this.#nameRow(context, name, n, n === from ? n + step : n - step, n === from);
      }
    }
  }

  /** Write `name` beyond seat `n` as seen from its neighbour, or between the two of them. */
  #nameRow(context, name, n, neighbour, beyond) {
    const { hall, painter } = this;
    const away = (beyond ? 1.05 : -0.5) * hall.pitch;
    const [dx, dy] = [hall.x[n] - hall.x[neighbour], hall.y[n] - hall.y[neighbour]];
    const step = Math.hypot(dx, dy) || 1;
    const [x, y] = this.camera.toScreen(hall.x[n] + (dx / step) * away, hall.y[n] + (dy / step) * away);
    if (!beyond) {
      const width = context.measureText(name).width + 8;
      context.fillStyle = painter.colour.ground;
      context.beginPath();
      context.roundRect(x - width / 2, y - 9, width, 18, 5);
      context.fill();
    }
    context.fillStyle = painter.colour.soft;
    context.fillText(name, x, y);
  }
}
