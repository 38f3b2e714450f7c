// The map of an event's seats for operators: what is selected on it is written into the form.

import { boxOf, openDrawing } from "./hall_editor/drawing.js";
import { Flat } from "./hall_editor/flat.js";
import { followKeys } from "./hall_editor/keyboard.js";
import { Mark, Painter } from "./hall_editor/painting.js";
import { followZoom } from "./hall_editor/pointing.js";
import { Selecting } from "./hall_editor/selecting.js";
import { SideList } from "./hall_editor/side_list.js";
import { View } from "./hall_editor/view.js";
import { Words } from "./hall_editor/words.js";

const MARKS = { f: Mark.PLAIN, h: Mark.HELD, s: Mark.SOLD, b: Mark.BLOCKED };
const LETTERS = { free: "f", held: "h", sold: "s", blocked: "b" };

class House {
  constructor(root, { version, drawing, states }) {
    Object.assign(this, { root, version });
    this.words = new Words(document.getElementById("editor-words"));
    this.flat = new Flat(openDrawing(drawing));
    this.letters = [...states];
    this.marks = Uint8Array.from(this.letters, (letter) => MARKS[letter]);
    this.selection = new Set();
    this.field = document.getElementById("seats");
    this.view = new View(() => this.painter?.ask());
    const stage = root.querySelector("[data-stage]");
    this.painter = new Painter({ stage, view: this.view, flat: this.flat, marks: this.marks });
    this.view.know(this.flat.pitch);
    this.list = new SideList(root.querySelector("[data-part=list]"), this, this.words);
    new Selecting({ host: this, painter: this.painter, view: this.view, stage, root });
    followZoom(root, this.view, () => this.fit());
    followKeys(stage.querySelector("canvas"), this);
    this.field.addEventListener("change", () => this.#read());
    document.addEventListener("jari:change", ({ detail }) => this.#told(detail));
    this.painter.resize();
    this.list.show();
    this.#look();
    if (this.field.value) this.#read();
    this.#count();
    root.dataset.ready = "";
  }

  /** Look where one looked before the form was sent. */
  #look() {
    const kept = sessionStorage.getItem(location.pathname);
    this.fit();
    if (kept) {
      const [x, y, scale] = kept.split(" ").map(Number);
      Object.assign(this.view, { x, y, scale });
    }
    addEventListener("pagehide", () => {
      const { x, y, scale } = this.view;
      sessionStorage.setItem(location.pathname, `${x} ${y} ${scale}`);
    });
  }

  fit() {
    this.view.fit(boxOf(this.flat.drawing));
  }

  select(ids, shows = false) {
    this.#choose(ids, shows);
    this.field.value = this.#names().join(" ");
  }

  selectAll() {
    this.select(new Set(this.flat.numbers.keys()));
  }

  #choose(ids, shows) {
    this.selection = this.painter.selection = ids;
    this.list.mark();
    this.painter.ask(false);
    this.root.querySelector("[data-said]").textContent = ids.size ? this.words.fill("chosen", { n: ids.size }) : this.words.fill("none");
    if (!shows || !ids.size) return;
    const seats = this.flat.seats.filter(({ id }) => ids.has(id));
    this.view.show(boxOf({ sections: [{ rows: [{ seats }] }], shapes: [] }));
  }

  /** Return what is selected in as few words as there are: whole rows by their own name. */
  #names() {
    const names = [];
    for (const { section, row, first, end } of this.flat.rows) {
      const chosen = [];
      for (let n = first; n < end; n += 1) if (this.selection.has(this.flat.seats[n].id)) chosen.push(n);
      if (chosen.length === end - first) names.push(`${section.key}-${row.key}`);
      else names.push(...chosen.map((n) => this.flat.keyOf(n)));
    }
    return names;
  }

  #read() {
    const { ids, unknown } = this.flat.named(this.field.value.split(/[\s,]+/).filter(Boolean));
    this.#choose(new Set(ids), true);
    if (unknown.length) {
      this.root.querySelector("[data-said]").textContent = this.words.fill("unknown", { names: unknown.slice(0, 5).join(", ") });
    }
  }

  /** Take in what others do meanwhile. */
  #told({ topic, changes }) {
    if (topic !== this.root.dataset.live) return;
    if (changes.some(({ value }) => value.layout && value.layout !== this.version)) {
      location.reload(); // the event has got another hall
      return;
    }
    for (const { value } of changes) {
      if (value.states) [...value.states].forEach((letter, n) => this.#put(n, letter));
      else this.#put(value.number, LETTERS[value.state]);
    }
    this.#count();
    this.painter.ask();
  }

  #put(number, letter) {
    this.letters[number] = letter;
    this.marks[number] = MARKS[letter];
  }

  #count() {
    for (const place of this.root.querySelectorAll("[data-count]")) {
      const { count } = place.dataset;
      place.textContent = this.words.whole.format(this.letters.filter((letter) => letter === count).length);
    }
  }
}

const root = document.getElementById("house-seats");
fetch(root.dataset.map)
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
  .then((map) => new House(root, map))
  .catch((error) => {
    root.querySelector("[data-said]").textContent = new Words(document.getElementById("editor-words")).fill("broken");
    throw error;
  });
