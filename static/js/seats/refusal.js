// Says why a seat cannot be had, and offers what could be had instead.

export class Refusal {
  constructor({ answer, hall, words, take }) {
    Object.assign(this, { answer, hall, words, take });
    this.offered = []; // seats, to be shown on the map
  }

  forget() {
    this.answer.replaceChildren();
    this.offered = [];
  }

  /** Show what the server said of a seat; nothing was said where it could not be reached. */
  show(problem, number) {
    const note = document.createElement("div");
    note.className = "notice notice-stop";
    note.dataset.code = problem?.code ?? "offline";
    const text = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = problem?.title ?? this.words.known.offline;
    text.append(strong, ` ${this.words.name(number)}`);
    const column = document.createElement("div");
    column.append(text);
    note.append(column);
    const groups = (problem?.alternatives ?? []).map((keys) => ({
      keys,
      numbers: keys.map((key) => this.hall.numberOf(key)).filter((found) => found >= 0),
    }));
    const around = problem?.code === "stranded_seat" ? [this.hall.keyOf(number), ...problem.seats] : [];
    if (groups.length) column.append(this.#offer(groups, around));
    this.offered = groups.flatMap(({ numbers }) => numbers);
    this.answer.replaceChildren(note);
  }

  /** Say that the time is over, and that one may begin anew. */
  end() {
    const note = document.createElement("p");
    note.className = "notice notice-wait";
    note.dataset.code = "hold_expired";
    note.textContent = this.words.known.over;
    this.offered = [];
    this.answer.replaceChildren(note);
  }

  #offer(groups, around) {
    const list = document.createElement("ul");
    list.className = "seat-groups";
    for (const { keys, numbers } of groups) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-soft";
      button.textContent = this.words.fill("instead", { seats: this.words.together(numbers) });
      button.addEventListener("click", () => this.take(keys, around));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    return list;
  }
}
