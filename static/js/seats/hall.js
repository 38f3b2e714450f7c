// A layout in columns: what is where, who sits beside whom, and how a seat is called.

import { local } from "./names.js";

export const ACCESSIBLE = 1;
export const COMPANION = 2;
const SAMPLED = 200; // neighbours are enough to know how far apart people sit

export class Hall {
  constructor(layout) {
    this.count = layout.labels.length;
    this.width = layout.width;
    this.height = layout.height;
    this.shapes = layout.shapes.map((shape) => ({ ...shape, name: local(shape.name) }));
    this.labels = layout.labels;
    this.x = Float32Array.from(layout.x);
    this.y = Float32Array.from(layout.y);
    this.band = Uint8Array.from(layout.category, (digit) => parseInt(digit, 36));
    this.flags = new Uint8Array(this.count);
    for (const number of layout.accessible) this.flags[number] |= ACCESSIBLE;
    for (const number of layout.companion) this.flags[number] |= COMPANION;
    this.section = new Uint16Array(this.count);
    this.row = new Uint16Array(this.count);
    this.rows = [];
    this.sections = layout.sections.map((section, index) => this.#place(section, index));
    this.pitch = this.#pitch();
  }

  #place({ key, name, rows }, index) {
    const first = rows[0].first;
    for (const row of rows) {
      const end = row.first + row.count;
      this.section.fill(index, row.first, end);
      this.row.fill(this.rows.length, row.first, end);
      this.rows.push({ name: row.name, key: row.key, first: row.first, end });
    }
    const end = rows.at(-1).first + rows.at(-1).count;
    const outline = this.#outline(rows);
    const middle = this.#middleOf(rows, first, end);
    const back = this.#backOf(rows);
    return { key, name: local(name), first, end, middle, back, outline, box: this.boxOf(first, end) };
  }

  /** Return where the name of a section stands: on its middle row, as far as it bends. */
  #middleOf(rows, first, end) {
    const row = rows[rows.length >> 1];
    const seat = row.first + (row.count >> 1);
    if (rows.length > 2) return [this.x[seat], this.y[seat]];
    const { left, top, right, bottom } = this.boxOf(first, end);
    return [(left + right) / 2, (top + bottom) / 2];
  }

  /** Return the middle of the last row, and which way leads on behind it. */
  #backOf(rows) {
    const [front, last] = [rows[0], rows.at(-1)].map(({ first, count }) => {
      const [one, other] = [first + ((count - 1) >> 1), first + (count >> 1)];
      return [(this.x[one] + this.x[other]) / 2, (this.y[one] + this.y[other]) / 2];
    });
    const [dx, dy] = rows.length > 1 ? [last[0] - front[0], last[1] - front[1]] : [0, 1];
    const length = Math.hypot(dx, dy) || 1;
    return { x: last[0], y: last[1], dx: dx / length, dy: dy / length };
  }

  /** Return the corners of a section: its first row, the ends of all rows, its last row. */
  #outline(rows) {
    const ends = rows.map(({ first, count }) => [first, first + count - 1]);
    for (let i = 1; i < ends.length; i += 1) {
      const [[a, b], [c, d]] = [ends[i - 1], ends[i]];
      const along = (this.x[b] - this.x[a]) * (this.x[d] - this.x[c])
        + (this.y[b] - this.y[a]) * (this.y[d] - this.y[c]);
      if (along < 0) ends[i] = [d, c];
    }
    const walk = ([from, to]) => {
      const step = to < from ? -1 : 1;
      return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
    };
    const middle = ends.slice(1, -1);
    return [
      ...walk(ends[0]),
      ...middle.map(([, right]) => right),
      ...(ends.length > 1 ? walk(ends.at(-1)).reverse() : []),
      ...middle.map(([left]) => left).reverse(),
    ];
  }

  #pitch() {
    const steps = [];
    const stride = Math.max(1, Math.floor(this.count / SAMPLED));
    for (let n = 0; n + 1 < this.count; n += stride) {
      if (this.row[n] !== this.row[n + 1]) continue;
      steps.push(Math.hypot(this.x[n + 1] - this.x[n], this.y[n + 1] - this.y[n]));
    }
    steps.sort((one, other) => one - other);
    return steps[Math.floor(steps.length / 4)] || 20;
  }

  boxOf(first, end) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let n = first; n < end; n += 1) {
      left = Math.min(left, this.x[n]);
      right = Math.max(right, this.x[n]);
      top = Math.min(top, this.y[n]);
      bottom = Math.max(bottom, this.y[n]);
    }
    return { left, top, right, bottom };
  }

  keyOf(number) {
    const section = this.sections[this.section[number]];
    return `${section.key}-${this.rows[this.row[number]].key}-${this.labels[number]}`;
  }

  numberOf(key) {
    for (let n = 0; n < this.count; n += 1) if (this.keyOf(n) === key) return n;
    return -1;
  }

  /** Return the nearest seat that `suits`, within `reach`; -1 if there is none. */
  nearest(x, y, reach = Infinity, suits = () => true) {
    let best = -1;
    let least = reach * reach;
    for (let n = 0; n < this.count; n += 1) {
      const distance = (this.x[n] - x) ** 2 + (this.y[n] - y) ** 2;
      if (distance < least && suits(n)) {
        best = n;
        least = distance;
      }
    }
    return best;
  }

  /** Return the seat that one reaches from `from` in a direction; sideways the own row first. */
  neighbour(from, dx, dy) {
    let best = from;
    let least = Infinity;
    for (let n = 0; n < this.count; n += 1) {
      const along = (this.x[n] - this.x[from]) * dx + (this.y[n] - this.y[from]) * dy;
      if (along <= this.pitch * 0.2) continue;
      const aside = Math.abs((this.x[n] - this.x[from]) * dy) + Math.abs((this.y[n] - this.y[from]) * dx);
      const foreign = dx && this.row[n] !== this.row[from] ? this.pitch * 4 : 0;
      const cost = along + aside * 2.5 + foreign;
      if (cost < least) {
        best = n;
        least = cost;
      }
    }
    return best;
  }
}
