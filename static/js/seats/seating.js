// The state of every seat, and what it looks like to this person. Counts come from the same
// letters as the map, so that the two can never disagree.

export const [FREE, HELD, SOLD, BLOCKED] = [..."fhsb"].map((letter) => letter.charCodeAt(0));
const LETTERS = { free: FREE, held: HELD, sold: SOLD, blocked: BLOCKED };
const WORDS = new Map(Object.entries(LETTERS).map(([word, letter]) => [letter, word]));

export const Look = { NONE: 0, SOLD: 1, HELD: 2, MINE: 3, FAINT: 4, FREE: 8, ROOM: 24 };
export const LOOKS = 40; // FREE and ROOM are followed by sixteen bands each

export class Seating {
  constructor(hall, states) {
    this.hall = hall;
    this.letters = new Uint8Array(hall.count).fill(BLOCKED);
    this.looks = new Uint8Array(hall.count);
    this.freeInBand = new Int32Array(36);
    this.freeInSection = new Int32Array(hall.sections.length);
    this.mine = new Set();
    this.leaving = new Set(); // given back, while the map has not said so yet
    this.hidden = new Set(); // bands that somebody filtered out
    this.replace(states);
  }

  /** Take in a whole map; return which seats look otherwise than before. */
  replace(states) {
    const dirty = [];
    for (let n = 0; n < this.hall.count; n += 1) {
      if (this.#put(n, states.charCodeAt(n))) dirty.push(n);
    }
    return dirty;
  }

  /** Take in one seat; return whether it looks otherwise than before. */
  set(number, word) {
    this.leaving.delete(number);
    return this.#put(number, LETTERS[word] ?? BLOCKED);
  }

  #put(number, letter) {
    const known = this.letters[number];
    if (known !== letter) {
      const change = (letter === FREE) - (known === FREE);
      this.freeInBand[this.hall.band[number]] += change;
      this.freeInSection[this.hall.section[number]] += change;
      this.letters[number] = letter;
    }
    return this.#look(number);
  }

  #look(number) {
    const look = this.#lookOf(number);
    if (look === this.looks[number]) return false;
    this.looks[number] = look;
    return true;
  }

  #lookOf(number) {
    if (this.mine.has(number)) return Look.MINE;
    const letter = this.leaving.has(number) ? FREE : this.letters[number];
    if (letter === BLOCKED) return Look.NONE;
    if (letter === SOLD) return Look.SOLD;
    if (letter === HELD) return Look.HELD;
    const band = this.hall.band[number];
    if (this.hidden.has(band)) return Look.FAINT;
    return (this.hall.flags[number] ? Look.ROOM : Look.FREE) + (band % 16);
  }

  /** Set which seats are this person's; return which look otherwise than before. */
  own(numbers) {
    const before = this.mine;
    this.mine = new Set(numbers);
    for (const number of before) {
      if (!this.mine.has(number) && this.letters[number] === HELD) this.leaving.add(number);
    }
    for (const number of this.mine) this.leaving.delete(number);
    return [...before, ...this.mine].filter((number) => this.#look(number));
  }

  /** Believe the map again about seats that were given back some time ago. */
  settle(numbers) {
    for (const number of numbers) this.leaving.delete(number);
    return numbers.filter((number) => this.#look(number));
  }

  hide(bands) {
    this.hidden = new Set(bands);
    for (let n = 0; n < this.hall.count; n += 1) this.#look(n);
  }

  wordOf(number) {
    if (this.mine.has(number)) return "mine";
    return this.leaving.has(number) ? "free" : WORDS.get(this.letters[number]);
  }
}
