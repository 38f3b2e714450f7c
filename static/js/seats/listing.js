// Keeps the list of seats in step with the map, and gives its buttons the same powers.

export class Listing {
  constructor({ words, seating, toggle }) {
    Object.assign(this, { words, seating });
    this.buttons = new Map();
    document.addEventListener("click", (event) => {
      const button = event.target.closest(".seat-button");
      if (!button) return;
      event.preventDefault();
      toggle(Number(button.dataset.number));
    });
    document.body.addEventListener("htmx:afterSwap", () => this.find());
    this.find();
  }

  find() {
    const found = document.querySelectorAll(".seat-button");
    this.buttons = new Map([...found].map((button) => [Number(button.dataset.number), button]));
    this.shares = [...document.querySelectorAll("[data-section]")];
    this.show([...this.buttons.keys()]);
  }

  count() {
    for (const share of this.shares) {
      const text = this.words.share(Number(share.dataset.section));
      if (share.textContent !== text) share.textContent = text;
    }
  }

  show(numbers) {
    this.count();
    if (!this.buttons.size) return;
    for (const number of numbers) {
      const button = this.buttons.get(number);
      if (button && button.dataset.state !== this.seating.wordOf(number)) this.#write(button, number);
    }
  }

  #write(button, number) {
    const word = this.seating.wordOf(number);
    button.dataset.state = word;
    button.name = word === "mine" ? "drop" : "pick";
    button.ariaLabel = this.words.whole(number);
    button.toggleAttribute("aria-pressed", false);
    button.toggleAttribute("aria-disabled", false);
    if (word === "mine") button.ariaPressed = "true";
    else if (word !== "free") button.ariaDisabled = "true";
  }
}
