// What the map says, in the words of the page.

import { shorten } from "./names.js";

const lang = document.documentElement.lang;
const whole = new Intl.NumberFormat(lang);

export class Words {
  constructor(hall, seating) {
    this.hall = hall;
    this.seating = seating;
    const { content } = document.getElementById("seat-words");
    this.known = Object.fromEntries(
      [...content.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]));
    this.bands = new Map([...document.querySelectorAll(".seat-band")].map((label) => [
      Number(label.dataset.band),
      {
        name: label.querySelector(".seat-band-name").textContent,
        price: label.querySelector(".seat-band-price").textContent,
        free: label.querySelector("[data-free]"),
      },
    ]));
  }

  fill(word, values = {}) {
    return this.known[word].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  name(number) {
    return this.#nameRow([number]);
  }

  /** Return where several seats are, those of a row in one breath. */
  together(numbers) {
    const rows = Map.groupBy(numbers.toSorted((one, other) => one - other), (n) => this.hall.row[n]);
    return [...rows.values()].map((row) => this.#nameRow(row)).join(" + ");
  }

  #nameRow(numbers) {
    const { hall } = this;
    const seats = shorten(numbers.map((number) => hall.labels[number]));
    return this.fill(numbers.length === 1 ? "name" : "names", {
      section: hall.sections[hall.section[numbers[0]]].name,
      row: hall.rows[hall.row[numbers[0]]].name,
      seat: seats,
      seats,
    });
  }

  price(number) {
    const band = this.bands.get(this.hall.band[number]);
    return band ? `${band.name}, ${band.price}` : "";
  }

  state(number) {
    const room = [null, "accessible", "companion", "accessible"][this.hall.flags[number]];
    return [room, this.seating.wordOf(number)].filter(Boolean).map((word) => this.known[word]).join(", ");
  }

  /** Return all there is to say of a seat. */
  whole(number) {
    return [this.name(number), this.price(number), this.state(number)].filter(Boolean).join(", ");
  }

  left(section) {
    const free = this.seating.freeInSection[section];
    return free ? this.fill("left", { n: whole.format(free) }) : this.known.full;
  }

  /** Return how many of a section are free, as the list says it. */
  share(section) {
    const { first, end } = this.hall.sections[section];
    const free = this.seating.freeInSection[section];
    return free ? this.fill("some", { n: whole.format(free), all: whole.format(end - first) }) : this.known.none;
  }

  count() {
    for (const [index, { free }] of this.bands) {
      const text = whole.format(this.seating.freeInBand[index]);
      if (free.textContent !== text) free.textContent = text;
    }
  }
}
