// The editor of a hall: one state, which every part of the page shows and changes.

import { move, remove } from "./changing.js";
import { boxOf, openDrawing } from "./drawing.js";
import { Flat } from "./flat.js";
import { History } from "./history.js";
import { followKeys, followUndo } from "./keyboard.js";
import { Categories, Shapes } from "./lists.js";
import { Painter } from "./painting.js";
import { followZoom } from "./pointing.js";
import { Properties } from "./properties.js";
import { Saving } from "./saving.js";
import { Selecting } from "./selecting.js";
import { SideList } from "./side_list.js";
import { Tools } from "./tools.js";
import { View } from "./view.js";
import { Words } from "./words.js";

class Editor {
  constructor(root, layout) {
    const words = new Words(document.getElementById("editor-words"));
    Object.assign(this, { root, words, history: new History({ drawing: openDrawing(layout), selection: new Set() }) });
    this.flat = new Flat(this.drawing);
    this.view = new View(() => this.painter?.ask());
    const stage = root.querySelector("[data-stage]");
    this.painter = new Painter({ stage, view: this.view, flat: this.flat });
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    this.list = new SideList(part("list"), this, words);
    this.properties = new Properties(this, part("selected"), words);
    this.categories = new Categories(this, part("categories"), words, Number(root.dataset.mostCategories));
    this.shapes = new Shapes(this, part("shapes"));
    this.saving = new Saving(this, root, words);
    this.tools = new Tools(this, root, words);
    this.selecting = new Selecting({ host: this, painter: this.painter, view: this.view, stage, root });
    this.selecting.followNames(part("names"), (unknown) => {
      part("names").querySelector("[data-error]").textContent = unknown.length
        ? words.fill("unknown", { names: unknown.slice(0, 5).join(", ") }) : "";
    });
    followZoom(root, this.view, () => this.fit());
    followKeys(stage.querySelector("canvas"), this);
    followUndo(this);
    root.querySelector("[data-act=undo]").addEventListener("click", () => this.undo());
    root.querySelector("[data-act=redo]").addEventListener("click", () => this.redo());
    this.painter.resize();
    this.fit();
    this.#show(true);
  }

  get drawing() {
    return this.history.now.drawing;
  }

  get selection() {
    return this.history.now.selection;
  }

  /** Go on to another drawing; `word` says what was done. */
  change(drawing, selection, word, tag = null) {
    this.history.push({ drawing, selection }, tag);
    this.#show(true);
    this.say([this.words.fill(word), this.#chosen()].join(" "));
  }

  select(selection, shows = false) {
    this.history.select(selection);
    this.#show(false);
    this.say(this.#chosen());
    if (shows) this.show(selection);
  }

  selectAll() {
    this.select(new Set(this.flat.numbers.keys()));
  }

  move(dx, dy, tag = null) {
    if (dx || dy) this.change(move(this.drawing, this.selection, dx, dy), this.selection, "moved", tag);
  }

  remove() {
    if (this.selection.size) this.change(remove(this.drawing, this.selection), new Set(), "removed");
  }

  undo() {
    this.history.undo();
    this.#show(true);
    this.say(this.words.fill("undone"));
  }

  redo() {
    this.history.redo();
    this.#show(true);
    this.say(this.words.fill("redone"));
  }

  save() {
    this.saving.save();
  }

  fit() {
    this.view.fit(boxOf(this.drawing));
  }

  /** Bring seats and shapes into view. */
  show(ids) {
    const seats = this.flat.seats.filter(({ id }) => ids.has(id));
    const shapes = this.drawing.shapes.filter(({ id }) => ids.has(id));
    if (seats.length || shapes.length) this.view.show(boxOf({ sections: [{ rows: [{ seats }] }], shapes }));
  }

  say(sentence) {
    this.root.querySelector("[data-said]").textContent = sentence;
  }

  #chosen() {
    const seats = [...this.selection].filter((id) => this.flat.numbers.has(id)).length;
    if (!this.selection.size) return this.words.fill("none");
    return seats ? this.words.fill("chosen", { n: seats }) : this.words.fill("shape");
  }

  #show(drawn) {
    if (drawn) {
      this.flat = new Flat(this.drawing);
      this.painter.flat = this.flat;
      this.view.know(this.flat.pitch);
      this.list.show();
      this.categories.show();
      const { count, sections } = this.flat;
      this.root.querySelector("[data-total]").textContent = this.words.fill("total", { n: count, sections: sections.length });
      const keys = sections.map(({ section }) => new Option("", section.key));
      document.getElementById("section-keys").replaceChildren(...keys);
    } else this.list.mark();
    this.painter.selection = this.selection;
    this.shapes.show();
    this.properties.show();
    this.saving.show();
    this.root.querySelector("[data-act=undo]").disabled = !this.history.canUndo;
    this.root.querySelector("[data-act=redo]").disabled = !this.history.canRedo;
    this.painter.ask(drawn);
    this.root.dataset.ready = "";
  }
}

const root = document.getElementById("hall-editor");

async function load() {
  if (!root.dataset.layout) return JSON.parse(document.getElementById("blank-layout").textContent);
  const answer = await fetch(root.dataset.layout);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

load().then((layout) => new Editor(root, layout), () => {
  root.querySelector("[data-said]").textContent = new Words(document.getElementById("editor-words")).fill("broken");
});
