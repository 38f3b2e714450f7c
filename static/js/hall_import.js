// Checks a file as soon as it is chosen, and shows what is wrong in it or how the hall looks.

const form = document.getElementById("import-form");
const result = document.getElementById("import-result");
let asked = 0;

async function check() {
  asked += 1;
  const mine = asked;
  const body = new FormData(form);
  body.set("check", "1");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(result.id);
    if (mine === asked && fresh) result.replaceChildren(...fresh.childNodes);
  } catch {
    // Nothing was learned; the buttons still work.
  } finally {
    if (mine === asked) form.removeAttribute("aria-busy");
  }
}

form.addEventListener("change", ({ target }) => {
  if (!target.value) return;
  for (const other of form.elements) if (other !== target && /file|sample/.test(other.name)) other.value = "";
  check();
});
