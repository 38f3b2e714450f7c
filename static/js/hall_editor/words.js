// What the page says, in the words that the server has put into it.

const korean = document.documentElement.lang === "ko";

/** Return the reader's half of a name in two languages, such as “1층 / Stalls”. */
export function localName(name = "") {
  const halves = name.split(" / ");
  const ofKorea = halves.filter((half) => /[가-힣]/.test(half));
  if (halves.length !== 2 || ofKorea.length !== 1) return name;
  return korean ? ofKorea[0] : halves.find((half) => half !== ofKorea[0]);
}

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
