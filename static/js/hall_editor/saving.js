// Saving, and what the server finds wrong: each error leads to its place in the drawing.

import { ask, Unreachable } from "./asking.js";
import { closeDrawing } from "./drawing.js";

const SHOWN = 100;
const PLACE = /^(sections|shapes|categories)\[(\d+)\](?:\.rows\[(\d+)\])?(?:\.seats\[(\d+)\])?/;

export class Saving {
  constructor(editor, root, words) {
    Object.assign(this, { editor, root, words, busy: false });
    this.button = root.querySelector("[data-act=save]");
    this.state = root.querySelector("[data-state]");
    this.errors = root.querySelector("[data-errors]");
    this.button.addEventListener("click", () => this.save());
    addEventListener("beforeunload", (event) => {
      if (this.editor.history.dirty && !this.leaving) event.preventDefault();
    });
  }

  /** Show whether anything is unsaved. */
  show() {
    const { dirty } = this.editor.history;
    this.state.textContent = this.words.fill(this.busy ? "saving" : dirty ? "unsaved" : "unchanged");
    this.state.toggleAttribute("data-unsaved", dirty);
    this.button.disabled = this.busy;
  }

  async save() {
    if (this.busy) return;
    this.busy = true;
    this.#complain("", []);
    this.show();
    const body = new FormData();
    const text = JSON.stringify(closeDrawing(this.editor.drawing));
    body.set("layout", new Blob([text], { type: "application/json" }), "layout.json");
    try {
      const { ok, said } = await ask(this.root.dataset.save, body);
      if (ok) {
        this.leaving = true;
        location.assign(said.url);
        return;
      }
      const errors = said.errors ?? [];
      this.#complain(errors.length ? this.words.fill("errors", { n: errors.length }) : said.title, errors);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#complain(this.words.fill(error.message), []);
    }
    this.busy = false;
    this.show();
  }

  #complain(sentence, errors) {
    this.errors.hidden = !sentence;
    const heading = document.createElement("p");
    heading.textContent = sentence;
    const list = document.createElement("ul");
    list.append(...errors.slice(0, SHOWN).map(([place, what]) => this.#line(place, what)));
    this.errors.replaceChildren(heading, list);
  }

  #line(place, sentence) {
    const item = document.createElement("li");
    const ids = this.#idsAt(place);
    if (!ids.length) {
      item.textContent = [place, sentence].filter(Boolean).join(": ");
      return item;
    }
    const link = document.createElement("button");
    link.type = "button";
    link.textContent = this.#nameOf(ids[0]) || place;
    link.addEventListener("click", () => this.editor.select(new Set(ids), true));
    item.append(link, ` ${sentence}`);
    return item;
  }

  #nameOf(id) {
    const { flat } = this.editor;
    const n = flat.numbers.get(id);
    return n === undefined ? "" : flat.keyOf(n);
  }

  #idsAt(place) {
    const found = PLACE.exec(place);
    if (!found) return [];
    const [, kind, index, row, seat] = found;
    const { drawing } = this.editor;
    if (kind === "shapes") return [drawing.shapes[index]?.id].filter(Boolean);
    if (kind !== "sections") return [];
    const rows = drawing.sections[index]?.rows ?? [];
    return (row === undefined ? rows : [rows[row]].filter(Boolean)).flatMap(({ seats }) =>
      (seat === undefined ? seats : [seats[seat]].filter(Boolean)).map(({ id }) => id));
  }
}
