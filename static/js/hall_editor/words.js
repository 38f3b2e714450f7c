// What the page says, in the words that the server has put into it.

export class Words {
  constructor(template) {
    this.known = Object.fromEntries(
      [...template.content.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]));
    this.whole = new Intl.NumberFormat(document.documentElement.lang);
  }

  fill(word, values = {}) {
    const said = (value) => (typeof value === "number" ? this.whole.format(value) : value ?? "");
    return this.known[word].replace(/\{(\w+)\}/g, (_, name) => said(values[name]));
  }
}
