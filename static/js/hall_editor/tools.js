// The forms that draw blocks and arcs and that number rows: what they mean the server knows.

import { ask, Unreachable } from "./asking.js";
import { addDrawn, renumber } from "./changing.js";
import { boxOf } from "./drawing.js";

const GAP = 50; // between what is there and what comes below it

export class Tools {
  constructor(editor, root, words) {
    Object.assign(this, { editor, words, address: root.dataset.draw });
    for (const form of root.querySelectorAll("form[data-tool]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#use(form);
      });
    }
  }

  async #use(form) {
    const { tool } = form.dataset;
    this.#complain(form, {});
    const body = new FormData(form);
    const groups = tool === "number" ? this.editor.flat.rowsOf(this.editor.selection) : [];
    if (tool === "number") body.set("number-counts", groups.map(({ ids }) => ids.length).join(","));
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const { ok, said } = await ask(`${this.address}${tool}/`, body);
      if (!ok) this.#complain(form, said.fields ?? { __all__: [{ message: said.title }] });
      else if (tool === "number") this.#number(groups, said);
      else this.#draw(form, said.rows);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#complain(form, { __all__: [{ message: this.words.fill(error.message) }] });
    } finally {
      button.disabled = false;
    }
  }

  /** Show what is wrong beside each field; what concerns none of them below. */
  #complain(form, fields) {
    for (const place of form.querySelectorAll("[data-error]")) {
      const wrong = fields[place.dataset.error] ?? [];
      place.textContent = wrong.map(({ message }) => message).join(" ");
      const field = form.elements[`${form.dataset.tool}-${place.dataset.error}`];
      field?.setAttribute?.("aria-invalid", String(wrong.length > 0));
    }
    const hidden = Object.entries(fields).filter(([name]) => !form.querySelector(`[data-error="${name}"]`));
    if (hidden.length) {
      form.querySelector("[data-error=__all__]").textContent += hidden
        .flatMap(([, wrong]) => wrong.map(({ message }) => message)).join(" ");
    }
  }

  #number(groups, names) {
    const { drawing } = this.editor;
    this.editor.change(renumber(drawing, groups, names), this.editor.selection, "numbered");
  }

  #draw(form, rows) {
    const { drawing, flat } = this.editor;
    const key = form.elements.section.value.normalize("NFC").trim();
    const section = { key, name: form.elements.section_name.value.trim() };
    const known = drawing.sections.find((one) => one.key === key);
    const twice = known && rows.find((row) => known.rows.some((one) => one.key === row.key));
    if (twice) {
      const message = this.words.fill("row_twice", { row: twice.key, section: key });
      this.#complain(form, { first_row: [{ message }] });
      return;
    }
    const [x, y] = flat.focus();
    const top = boxOf({ sections: [{ rows }], shapes: [] }).top;
    const below = form.dataset.tool === "block" ? this.#lowest() + GAP - top : y;
    const made = addDrawn(drawing, section, rows, [Math.round(x), Math.round(below)]);
    this.editor.change(made.drawing, made.ids, "drawn");
    this.editor.show(made.ids);
  }

  #lowest() {
    const { drawing } = this.editor;
    const seated = drawing.sections.length || drawing.shapes.length;
    return seated ? boxOf(drawing).bottom : 0;
  }
}
