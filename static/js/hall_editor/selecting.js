// What is selected, by pointer, by list, by name or by keyboard. Both the editor of halls and the
// page of house seats select in this way.

import { followPointers } from "./pointing.js";

/** Return `before` joined with `ids` as `mode` says. */
export function combine(before, ids, mode) {
  if (mode === "replace") return new Set(ids);
  const next = new Set(before);
  for (const id of ids) {
    if (mode === "add") next.add(id);
    else next.delete(id);
  }
  return next;
}

export class Selecting {
  /** `host` has `flat`, `selection`, `select(ids)` and, if things can be moved, `move(dx, dy)`. */
  constructor({ host, painter, view, stage, root }) {
    Object.assign(this, { host, painter, view, root });
    this.movable = Boolean(host.move);
    followPointers(stage, view, this);
  }

  tool() {
    return this.root.querySelector("[name=tool]:checked")?.value ?? "select";
  }

  /** Tell whether a press here takes hold of something; a shape that is not selected gets so. */
  grabs(x, y) {
    const id = this.host.flat.at(x, y);
    if (!this.movable || id === null) return false;
    if (!this.host.selection.has(id) && !this.host.flat.numbers.has(id)) this.host.select(new Set([id]));
    return this.host.selection.has(id);
  }

  stretch(box) {
    this.painter.rectangle = box;
    this.painter.ask(false);
  }

  drag(dx, dy) {
    this.painter.ghost = [Math.round(dx), Math.round(dy)];
    this.painter.ask(false);
  }

  cancel() {
    this.painter.rectangle = this.painter.ghost = null;
    this.painter.ask(false);
  }

  enclose(box, mode) {
    this.cancel();
    this.#choose(this.host.flat.within(box), mode);
  }

  drop(dx, dy) {
    this.cancel();
    this.host.move(Math.round(dx), Math.round(dy));
  }

  click(x, y, mode) {
    this.cancel();
    const { flat, selection } = this.host;
    const id = flat.at(x, y);
    if (id === null || (!this.movable && !flat.numbers.has(id))) {
      if (mode === "replace") this.#choose([], mode);
      return;
    }
    const again = performance.now() - (this.clicked?.at ?? -1e9) < 350 && this.clicked.id === id;
    this.clicked = { id, at: performance.now() };
    if (again && flat.numbers.has(id)) {
      this.#choose(flat.idsOf(flat.rows[flat.rowOf[flat.numbers.get(id)]]), mode === "replace" ? mode : "add");
    } else this.#choose([id], mode === "add" && selection.has(id) ? "remove" : mode);
  }

  #choose(ids, mode) {
    this.host.select(combine(this.host.selection, ids, mode));
  }

  /** Follow the form that selects by name. */
  followNames(form, unknown) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = form.elements.names.value.trim().split(/[\s,]+/).filter(Boolean);
      const found = this.host.flat.named(words);
      unknown(found.unknown);
      if (found.ids.length) this.#choose(found.ids, form.elements.more?.checked ? "add" : "replace");
    });
  }
}
