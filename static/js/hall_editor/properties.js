// What one can do with the seats that are selected.

import { duplicate, putIntoSection, setCategory, toggle } from "./changing.js";
import { localName } from "./words.js";

const STEP = 40; // how far a copy lies from what it is a copy of

export class Properties {
  constructor(editor, panel, words) {
    Object.assign(this, { editor, panel, words });
    this.category = panel.querySelector("[name=category]");
    this.section = panel.querySelector("form");
    this.flags = [...panel.querySelectorAll("[data-flag]")];
    this.category.addEventListener("change", () => this.#change((drawing, ids) => setCategory(drawing, ids, this.category.value)));
    for (const button of this.flags) {
      button.addEventListener("click", () => this.#change((drawing, ids) => toggle(drawing, ids, button.dataset.flag)));
    }
    this.section.addEventListener("submit", (event) => {
      event.preventDefault();
      const { section, section_name: name } = this.section.elements;
      const called = { key: section.value.normalize("NFC").trim(), name: name.value.trim() };
      this.#change((drawing, ids) => putIntoSection(drawing, ids, called));
    });
    panel.querySelector("[data-act=remove]").addEventListener("click", () => editor.remove());
    panel.querySelector("[data-act=duplicate]").addEventListener("click", () => {
      const made = duplicate(editor.drawing, editor.selection, [STEP, STEP]);
      editor.change(made.drawing, made.ids, "duplicated");
      editor.show(made.ids);
    });
  }

  #change(make) {
    this.editor.change(make(this.editor.drawing, this.editor.selection), this.editor.selection, "changed");
  }

  /** Show what the selected seats have in common. */
  show() {
    const { flat, selection, drawing } = this.editor;
    const numbers = [...selection].map((id) => flat.numbers.get(id)).filter((n) => n !== undefined);
    const seats = numbers.map((n) => flat.seats[n]);
    this.panel.querySelector("fieldset").disabled = !selection.size;
    for (const part of this.panel.querySelectorAll("[data-of-seats]")) part.disabled = !seats.length;
    this.category.replaceChildren(...optionsOf(drawing, seats.every(({ category }) => category === seats[0].category) ? null : "–"));
    if (seats.length) this.category.value = this.category.options[0].value === "" ? "" : seats[0].category;
    for (const button of this.flags) {
      const having = seats.filter((seat) => seat[button.dataset.flag]).length;
      button.ariaPressed = !having ? "false" : having === seats.length ? "true" : "mixed";
    }
    const homes = new Set(numbers.map((n) => flat.rows[flat.rowOf[n]].section));
    const [home] = homes;
    this.section.elements.section.value = homes.size === 1 ? home.key : "";
    this.section.elements.section_name.value = homes.size === 1 ? home.name ?? "" : "";
  }
}

/** Return the options of a list of categories, with `mixed` first if there is such a one. */
export function optionsOf({ categories }, mixed = null) {
  const made = categories.map(({ key, name }) => new Option(name && name !== key ? `${key} · ${localName(name)}` : key, key));
  return mixed === null ? made : [new Option(mixed, ""), ...made];
}
