// What a page does wrong, as sentences. Run inside the page by test_quality.py.
() => {
  const found = [];
  const say = (what, element) =>
    found.push(`${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`);
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) &&
    !element.closest("[aria-hidden=true], .visually-hidden, .skip-link");

  // Names
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const named = field.labels?.length || field.ariaLabel || field.getAttribute("aria-labelledby");
    if (!named) say("A field without a label", field);
  }
  for (const control of document.querySelectorAll("a[href], button, summary")) {
    if (!(control.ariaLabel || control.textContent.trim())) say("A control without a name", control);
  }
  for (const picture of document.querySelectorAll("img:not([alt])")) say("No alt", picture);
  for (const drawing of document.querySelectorAll("svg")) {
    if (!drawing.closest("[aria-hidden=true], [role=img]")) say("A drawing that is read", drawing);
  }

  // Order
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")]
    .filter(shown)
    .map((heading) => Number(heading.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) found.push(`${levels}: not one h1`);
  levels.forEach((level, i) => {
    if (i && level > levels[i - 1] + 1) found.push(`${levels}: a level is skipped`);
  });
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`Twice: #${id}`);
  for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    for (const name of ["aria-describedby", "aria-labelledby"]) {
      for (const id of (element.getAttribute(name) ?? "").split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) say(`${name} leads nowhere`, element);
      }
    }
  }
  if (!document.title || !document.documentElement.lang) found.push("No title or no language");
  for (const name of ["header", "main", "footer", "nav"]) {
    if (!document.querySelector(name)) found.push(`No <${name}>`);
  }

  // Size: what one presses measures 24 px at least, unless it stands in a sentence
  for (const control of document.querySelectorAll("a[href], button, summary, select, input")) {
    if (!shown(control) || control.type === "hidden") continue;
    if (control.matches("p > a, dd > a, li > a") && getComputedStyle(control).display === "inline") continue;
    const { width, height } = control.getBoundingClientRect();
    if (Math.min(width, height) < 23.9) say(`${width} × ${height}`, control);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("It scrolls sideways");

  // Contrast, as painted
  const read = (colour) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    if (colour.startsWith("color(")) parts.splice(0, 3, ...parts.slice(0, 3).map((part) => part * 255));
    return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
  };
  const light = ({ rgb }) => {
    const [r, g, b] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = read(getComputedStyle(at).backgroundColor);
      if (colour.alpha > 0.9) return colour;
    }
    return read("rgb(255, 255, 255)");
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element)) continue;
    if (element.closest(".poster, :disabled, [hidden], .ticket-type:has(.stock-none) .stepper")) continue;
    const [one, other] = [light(read(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const { fontSize, fontWeight } = getComputedStyle(element);
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.6 && fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) say(`Contrast ${ratio.toFixed(2)}`, element);
  }
  return found;
}
