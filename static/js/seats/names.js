// What things are called, as ticketing/seating/naming.py says it.

const korean = document.documentElement.lang === "ko";
const hangul = /[가-힣]/;

/** Return the reader's half of a name in two languages, such as "1층 / Stalls". */
export function local(name) {
  const halves = name.split(" / ");
  const isTwo = halves.length === 2 && halves.filter((half) => hangul.test(half)).length === 1;
  return isTwo ? halves.find((half) => hangul.test(half) === korean) : name;
}

/** Return labels in a few characters: numbers in order, those that follow each other as one. */
export function shorten(labels) {
  if (!labels.every((label) => /^\d+$/.test(label))) return labels.join(", ");
  const spans = [];
  for (const number of labels.map(Number).sort((one, other) => one - other)) {
    const last = spans.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}
