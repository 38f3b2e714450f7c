// What the map says, in the words of the page.

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
    const { hall } = this;
    return this.fill("name", {
      section: hall.sections[hall.section[number]].name,
      row: hall.rows[hall.row[number]].name,
      seat: hall.labels[number],
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
