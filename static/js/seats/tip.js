// A few words beside a seat or a section: under the pointer, at the focus, or just pressed.

const READ = 2600; // ms that the words beside a pressed seat stay

export class Tip {
  constructor({ element, camera, hall, words, shown }) {
    Object.assign(this, { element, camera, hall, words, shown });
    this.pressed = -1;
  }

  /** Tell of a seat that a finger covers while it presses. */
  press(number) {
    clearTimeout(this.timer);
    this.pressed = number;
    this.timer = setTimeout(() => this.forget(), READ);
    this.shown();
  }

  forget() {
    this.pressed = -1;
    this.shown();
  }

  tellSeat(number) {
    const { hall, words } = this;
    const at = this.camera.toScreen(hall.x[number], hall.y[number]);
    this.#tell(words.name(number), `${words.price(number)} · ${words.state(number)}`, at);
  }

  tellSection(index, at) {
    this.#tell(this.hall.sections[index].name, this.words.left(index), at);
  }

  hide() {
    this.element.hidden = true;
  }

  #tell(name, rest, [x, y]) {
    const { element, camera } = this;
    element.hidden = false;
    const strong = document.createElement("strong");
    strong.textContent = name;
    element.replaceChildren(strong, rest);
    const gap = Math.max(14, camera.seat * 0.7);
    const above = y > element.offsetHeight + gap + 4;
    const left = Math.min(Math.max(8, x - element.offsetWidth / 2), camera.width - element.offsetWidth - 8);
    element.style.transform = `translate(${left}px, ${above ? y - gap - element.offsetHeight : y + gap}px)`;
  }
}
