// Picks and gives back through the API, one wish after the other; says what the server says.

import { serverNow } from "../live.js";

const AGAIN = 60; // ms in which several changes ask for what one has only once
const ROUNDING = 1000; // ms that the clocks here and there may differ
const LEAVING = 1500; // ms after which the map is believed about a seat given back

export class Choosing {
  constructor({ map, hall, seating, changed, say, refused, show, lost, forget }) {
    Object.assign(this, { map, hall, seating, changed, say, refused, show, lost, forget });
    this.waiting = new Map(); // number → whether it shall be one's own
    this.line = Promise.resolve();
    this.done = 0; // wishes answered
  }

  /** Pick a seat, or give it back where it is one's own. */
  toggle(number) {
    if ("visitor" in this.map.dataset) {
      this.#signIn(number);
      return;
    }
    if (this.waiting.has(number)) return;
    const wanted = !this.seating.mine.has(number);
    this.waiting.set(number, wanted);
    this.changed([]);
    this.line = this.line.then(() => this.#ask(number, wanted));
  }

  #signIn(number) {
    const key = this.hall.keyOf(number);
    const section = this.hall.sections[this.hall.section[number]].key;
    const back = `${this.map.dataset.home}?${new URLSearchParams({ section, seat: key })}`;
    location.assign(`${this.map.dataset.signIn}?${new URLSearchParams({ next: back })}`);
  }

  async #ask(number, wanted) {
    const key = this.hall.keyOf(number);
    const address = `/api/events/${this.map.dataset.event}/selection/seats/${encodeURIComponent(key)}`;
    try {
      const response = await fetch(address, {
        method: wanted ? "PUT" : "DELETE",
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
      });
      const answer = await response.json();
      if (response.ok) this.#take(answer.selection, number, wanted);
      else if (response.status === 401) this.#signIn(number);
      else this.refused(answer, number);
    } catch {
      this.refused(null, number);
    } finally {
      this.waiting.delete(number);
      this.done += 1;
      this.changed([]);
      this.refresh();
    }
  }

  #take(selection, number, wanted) {
    this.own((selection?.seats ?? []).map((seat) => seat.number));
    this.say(wanted ? "picked" : "dropped", number);
  }

  own(numbers) {
    this.changed(this.seating.own(numbers));
    const leaving = [...this.seating.leaving];
    if (leaving.length) setTimeout(() => this.changed(this.seating.settle(leaving)), LEAVING);
  }

  /** Fetch anew what one has, as the server words it; `isOver` where time took it away. */
  refresh(isOver = false) {
    this.isOver ||= isOver;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.waiting.size) this.refresh();
      else window.htmx.trigger(document.body, "selection");
    }, AGAIN);
  }

  /** Have what was offered instead of what was refused. */
  take(keys, around) {
    window.htmx.ajax("POST", this.map.dataset.change, {
      target: "#seat-answer",
      swap: "innerHTML",
      values: { take: keys, around, csrfmiddlewaretoken: token() },
    });
  }

  /** Follow the panel: the numbers that the server wrote into it are one's own. */
  followPanel() {
    let asked = 0;
    document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
      if (detail.elt?.id === "selection") asked = this.done;
    });
    document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
      if (detail.target?.id !== "selection") return; // none where the socket brought fragments
      const posted = detail.requestConfig.verb === "post";
      if (posted) for (const answer of document.querySelectorAll(".seats .answer")) answer.replaceChildren();
      if (posted) this.forget();
      if (this.waiting.size || (!posted && asked !== this.done)) this.refresh();
      else this.#compare(posted);
    });
  }

  #compare(posted) {
    const isOver = this.isOver || this.endsAt <= serverNow() + ROUNDING;
    const { added, gone } = this.readPanel();
    this.isOver = false;
    if (posted) this.show(added);
    else if (gone.length) this.lost(gone, isOver);
  }

  readPanel() {
    const panel = document.getElementById("selection");
    const fresh = panel.dataset.mine.split(" ").filter(Boolean).map(Number);
    const added = fresh.filter((number) => !this.seating.mine.has(number));
    const gone = [...this.seating.mine].filter((number) => !fresh.includes(number));
    this.endsAt = Date.parse(panel.querySelector("[data-countdown]")?.dataset.countdown);
    this.own(fresh);
    return { added, gone };
  }
}

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}
