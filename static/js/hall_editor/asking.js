// Asks the server, and says in one way what came of it.

export class Unreachable extends Error {}

/** Post `body`; return the answer's JSON and whether it is a yes. */
export async function ask(address, body) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
  } catch {
    throw new Unreachable("offline");
  }
  if (!/json/.test(answer.headers.get("Content-Type") ?? "")) {
    throw new Unreachable(answer.redirected || answer.status === 403 ? "signed_out" : "broken");
  }
  return { ok: answer.ok, said: await answer.json() };
}
