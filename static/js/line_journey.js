// Remembers in this browser where one's way began, so that a reload does not begin it anew, and
// one's ticket for the draw, so that its page can check it.

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing is kept where the browser keeps nothing: the way then begins at each reload.
  }
}

/** The way of one number from where it began to the front. */
export class Journey {
  constructor(event, number, ahead) {
    this.key = `jari-line-${event}`;
    const kept = read(this.key);
    this.way = kept?.number === number ? kept : { number, start: ahead, gone: 0 };
  }

  /** Return which share of the way is behind one; it never shrinks. */
  go(ahead) {
    const { way } = this;
    way.start = Math.max(way.start, ahead);
    const gone = Math.max(way.gone, way.start ? 1 - ahead / way.start : 1);
    if (gone !== way.gone) {
      way.gone = gone;
      write(this.key, way);
    }
    return gone;
  }
}

export function keepTicket(event, ticket) {
  write(`jari-ticket-${event}`, ticket);
}

export function readTicket(event) {
  return read(`jari-ticket-${event}`);
}
