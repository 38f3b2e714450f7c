// The seats of a drawing one after another, for whoever looks for them or paints them.

const SAMPLED = 400;

export class Flat {
  constructor(drawing) {
    this.drawing = drawing;
    this.shapes = drawing.shapes;
    this.sections = [];
    this.rows = [];
    this.seats = [];
    this.rowOf = [];
    for (const section of drawing.sections) this.#add(section);
    this.count = this.seats.length;
    const bands = new Map(drawing.categories.map(({ key, colour }, i) => [key, (colour ?? i) % 8]));
    this.x = new Float64Array(this.count);
    this.y = new Float64Array(this.count);
    this.band = new Uint8Array(this.count);
    this.numbers = new Map();
    this.seats.forEach(({ id, x, y, category }, n) => {
      this.x[n] = x;
      this.y[n] = y;
      this.band[n] = bands.get(category) ?? 7;
      this.numbers.set(id, n);
    });
    this.pitch = this.#pitch();
  }

  #add(section) {
    const first = this.seats.length;
    for (const row of section.rows) {
      const start = this.seats.length;
      for (const seat of row.seats) {
        this.seats.push(seat);
        this.rowOf.push(this.rows.length);
      }
      this.rows.push({ row, section, first: start, end: this.seats.length });
    }
    this.sections.push({ section, first, end: this.seats.length });
  }

  #pitch() {
    const steps = [];
    const stride = Math.max(1, Math.floor(this.count / SAMPLED));
    for (let n = 0; n + 1 < this.count; n += stride) {
      if (this.rowOf[n] === this.rowOf[n + 1]) steps.push(Math.hypot(this.x[n + 1] - this.x[n], this.y[n + 1] - this.y[n]));
    }
    steps.sort((one, other) => one - other);
    return steps[Math.floor(steps.length / 4)] || 20;
  }

  keyOf(n) {
    const { section, row } = this.rows[this.rowOf[n]];
    return `${section.key}-${row.key}-${this.seats[n].label}`;
  }

  /** Return the ids of the seats from `first` to before `end`. */
  idsOf({ first, end }) {
    return this.seats.slice(first, end).map(({ id }) => id);
  }

  /** Return the ids of the seats in a box. */
  within({ left, top, right, bottom }) {
    const found = [];
    for (let n = 0; n < this.count; n += 1) {
      if (this.x[n] >= left && this.x[n] <= right && this.y[n] >= top && this.y[n] <= bottom) found.push(this.seats[n].id);
    }
    return found;
  }

  /** Return the id of the seat or, if there is none, of the shape at a point. */
  at(x, y) {
    let best = null;
    let least = (this.pitch * 0.6) ** 2;
    for (let n = 0; n < this.count; n += 1) {
      const distance = (this.x[n] - x) ** 2 + (this.y[n] - y) ** 2;
      if (distance < least) [best, least] = [this.seats[n].id, distance];
    }
    const inside = (one) => x >= one.x && x <= one.x + one.width && y >= one.y && y <= one.y + one.height;
    return best ?? this.shapes.findLast(inside)?.id ?? null;
  }

  /** Return the ids of what words like “1F”, “1F-A” and “1F-A-7” name, and which name nothing. */
  named(words) {
    const ids = [];
    const unknown = [];
    for (const word of words) {
      const before = ids.length;
      for (const one of this.sections) if (one.section.key === word) ids.push(...this.idsOf(one));
      for (const one of this.rows) if (`${one.section.key}-${one.row.key}` === word) ids.push(...this.idsOf(one));
      if (ids.length === before) {
        const n = this.seats.findIndex((_, number) => this.keyOf(number) === word);
        if (n < 0) unknown.push(word);
        else ids.push(this.seats[n].id);
      }
    }
    return { ids, unknown };
  }

  /** Return the chosen seats row by row, each from left to right as drawn, the nearest to the stage first. */
  rowsOf(ids) {
    const groups = new Map();
    for (const id of ids) {
      const n = this.numbers.get(id);
      if (n === undefined) continue;
      const row = this.rowOf[n];
      if (!groups.has(row)) groups.set(row, []);
      groups.get(row).push(n);
    }
    const [stageX, stageY] = this.focus();
    const mean = (numbers, axis) => numbers.reduce((sum, n) => sum + axis[n], 0) / numbers.length;
    return [...groups].map(([index, numbers]) => {
      numbers.sort((one, other) => one - other);
      if (this.x[numbers.at(-1)] < this.x[numbers[0]]) numbers.reverse();
      const far = Math.hypot(mean(numbers, this.x) - stageX, mean(numbers, this.y) - stageY);
      return { ...this.rows[index], numbers, ids: numbers.map((n) => this.seats[n].id), far };
    }).sort((one, other) => one.far - other.far);
  }

  /** Return where people look, as the server sees it. */
  focus() {
    const stage = this.shapes.find(({ kind }) => kind === "stage");
    return stage ? [stage.x + stage.width / 2, stage.y + stage.height / 2] : [this.drawing.width / 2, 0];
  }
}
