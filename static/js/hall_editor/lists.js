// The lists of categories and shapes, each line a small form.

import { addCategory, addShape, changeCategory, changeShape, idsWith, removeCategory } from "./catalogue.js";
import { optionsOf } from "./properties.js";

const NUMBERS = ["x", "y", "width", "height"];

class Lines {
  constructor(editor, panel) {
    Object.assign(this, { editor, panel, list: panel.querySelector("[data-lines]") });
    this.template = panel.querySelector("template");
    panel.querySelector("[data-act=add]").addEventListener("click", () => {
      this.add();
      this.list.lastElementChild?.querySelector("input")?.focus();
    });
    this.list.addEventListener("change", ({ target }) => this.changed(this.#at(target), target));
    this.list.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.pressed(this.#at(button), button.dataset.act);
    });
  }

  #at(element) {
    return [...this.list.children].indexOf(element.closest("[data-line]"));
  }

  /** Write the lines anew, the focus where it was. */
  write(count, fill) {
    const { activeElement } = document;
    const held = this.list.contains(activeElement) && [this.#at(activeElement), activeElement.name || activeElement.dataset.act];
    while (this.list.children.length > count) this.list.lastElementChild.remove();
    while (this.list.children.length < count) this.list.append(this.template.content.cloneNode(true));
    [...this.list.children].forEach(fill);
    if (held) this.list.children[held[0]]?.querySelector(`[name="${held[1]}"], [data-act="${held[1]}"]`)?.focus();
  }
}

export class Categories extends Lines {
  constructor(editor, panel, words, most) {
    super(editor, panel);
    Object.assign(this, { words, most });
  }

  add() {
    if (this.editor.drawing.categories.length >= this.most) return;
    this.#set(addCategory(this.editor.drawing));
  }

  #set(drawing) {
    this.editor.change(drawing, this.editor.selection, "changed");
  }

  changed(index, { name }) {
    const { drawing } = this.editor;
    const line = this.list.children[index];
    const key = line.querySelector("[name=key]").value.normalize("NFC").trim();
    const called = line.querySelector("[name=name]").value.trim();
    const twice = drawing.categories.some((one, i) => i !== index && one.key === key);
    if (!key || twice) {
      this.editor.say(this.words.fill("category_twice", { key }));
      this.show();
      return;
    }
    const before = drawing.categories[index];
    const follows = before.name === undefined || before.name === before.key;
    this.#set(changeCategory(drawing, index, { key, name: follows && name === "key" ? key : called }));
  }

  pressed(index, act) {
    const { drawing } = this.editor;
    const ids = idsWith(drawing, drawing.categories[index].key);
    if (act === "pick") this.editor.select(new Set(ids), true);
    else if (ids.length) this.editor.say(this.words.fill("category_used", { n: ids.length }));
    else this.#set(removeCategory(drawing, index));
  }

  show() {
    const { drawing } = this.editor;
    this.write(drawing.categories.length, (line, i) => {
      const { key, name, colour } = drawing.categories[i];
      line.querySelector("[data-band]").dataset.band = (colour ?? i) % 8;
      line.querySelector("[name=key]").value = key;
      line.querySelector("[name=name]").value = name ?? key;
    });
    for (const list of document.querySelectorAll("select[data-categories]")) {
      const before = list.value;
      list.replaceChildren(...optionsOf(drawing));
      if (drawing.categories.some(({ key }) => key === before)) list.value = before;
    }
  }
}

export class Shapes extends Lines {
  add() {
    const [x, y] = this.editor.view.toDrawing(this.editor.view.width / 2, this.editor.view.height / 2);
    const kind = this.editor.drawing.shapes.some((shape) => shape.kind === "stage") ? "label" : "stage";
    const shape = { kind, name: "", x: Math.round(x - 80), y: Math.round(y - 20), width: 160, height: 40 };
    const made = addShape(this.editor.drawing, shape);
    this.editor.change(made.drawing, new Set([made.id]), "changed");
  }

  changed(index, { name, value }) {
    const { id } = this.editor.drawing.shapes[index];
    if (NUMBERS.includes(name) && !Number.isFinite(parseFloat(value))) {
      this.show();
      return;
    }
    const fields = { [name]: NUMBERS.includes(name) ? parseFloat(value) : value };
    this.editor.change(changeShape(this.editor.drawing, id, fields), new Set([id]), "changed");
  }

  pressed(index, act) {
    const { id } = this.editor.drawing.shapes[index];
    this.editor.select(new Set([id]), true);
    if (act === "remove") this.editor.remove();
  }

  show() {
    const { shapes } = this.editor.drawing;
    this.write(shapes.length, (line, i) => {
      const shape = shapes[i];
      line.querySelector("[name=kind]").value = shape.kind;
      line.querySelector("[name=name]").value = shape.name ?? "";
      for (const name of NUMBERS) line.querySelector(`[name=${name}]`).value = Math.round(shape[name]);
      line.toggleAttribute("data-selected", this.editor.selection.has(shape.id));
    });
  }
}
