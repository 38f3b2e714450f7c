// The list of sections and rows: a press selects, with Shift to add and with Alt to take away.

import { combine } from "./selecting.js";
import { localName } from "./words.js";

const whole = new Intl.NumberFormat(document.documentElement.lang);

export class SideList {
  constructor(list, host, words) {
    Object.assign(this, { list, host, words });
    this.open = new Set();
    list.addEventListener("click", (event) => this.#press(event));
  }

  #press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { section, row } = button.dataset;
    if (button.dataset.role === "open") {
      if (this.open.has(section)) this.open.delete(section);
      else this.open.add(section);
      this.show();
      this.list.querySelector(`[data-role=open][data-section="${CSS.escape(section)}"]`)?.focus();
      return;
    }
    const { flat, selection } = this.host;
    const span = row === undefined
      ? flat.sections.find((one) => one.section.key === section)
      : flat.rows.find((one) => one.section.key === section && one.row.key === row);
    if (!span) return;
    const mode = event.altKey ? "remove" : event.shiftKey || event.ctrlKey || event.metaKey ? "add" : "replace";
    this.host.select(combine(selection, flat.idsOf(span), mode), true);
  }

  /** Build the list anew; who had the focus keeps it. */
  show() {
    const { activeElement } = document;
    const held = this.list.contains(activeElement) ? { ...activeElement.dataset } : null;
    this.list.replaceChildren(...this.host.flat.sections.map((one) => this.#section(one)));
    if (held) this.#buttonFor(held)?.focus();
    this.mark();
  }

  #buttonFor({ role, section, row }) {
    return [...this.list.querySelectorAll("button")].find(({ dataset }) =>
      dataset.role === role && dataset.section === section && dataset.row === row);
  }

  #section({ section, first, end }) {
    const item = document.createElement("li");
    const line = document.createElement("div");
    const isOpen = this.open.has(section.key);
    line.className = "hall-line";
    const open = this.#button({ role: "open", section: section.key }, isOpen ? "▾" : "▸");
    open.ariaExpanded = String(isOpen);
    open.ariaLabel = this.words.fill("rows", { section: localName(section.name ?? section.key) });
    line.append(open, this.#named({ role: "pick", section: section.key }, section, end - first));
    item.append(line);
    if (isOpen) {
      const rows = document.createElement("ol");
      for (const { row, section: home, first: from, end: to } of this.host.flat.rows) {
        if (home !== section) continue;
        const inner = document.createElement("li");
        inner.append(this.#named({ role: "pick", section: section.key, row: row.key }, row, to - from));
        rows.append(inner);
      }
      item.append(rows);
    }
    return item;
  }

  #named(data, { key, name }, count) {
    const button = this.#button(data, "");
    button.className = "hall-pick";
    const called = document.createElement("span");
    called.textContent = name && name !== key ? `${key} · ${localName(name)}` : key;
    const number = document.createElement("small");
    number.textContent = whole.format(count);
    button.append(called, number);
    return button;
  }

  #button(data, text) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    Object.assign(button.dataset, data);
    return button;
  }

  /** Show which sections and rows are selected whole. */
  mark() {
    const { flat, selection } = this.host;
    const chosen = (span) => {
      for (let n = span.first; n < span.end; n += 1) if (!selection.has(flat.seats[n].id)) return false;
      return span.end > span.first;
    };
    const sections = new Map(flat.sections.map((one) => [one.section.key, one]));
    for (const button of this.list.querySelectorAll("[data-role=pick]")) {
      const { section, row } = button.dataset;
      const span = row === undefined
        ? sections.get(section)
        : flat.rows.find((one) => one.section.key === section && one.row.key === row);
      button.ariaPressed = String(Boolean(span && selection.size && chosen(span)));
    }
  }
}
