// How far one is from the front, and how long that takes, worked out from what the whole line is
// told. Waits are said by the same rules and in the same words as queueing/waits.py has them.

const MINUTE = 60; // seconds, and minutes of an hour
const COARSE = { from: 20, step: 5 }; // minutes
const HOURS_FROM = 120; // minutes
const LONGEST = 24 * 3600; // seconds

/** Somebody's distance from the front; it grows for a reason only. */
export class Distance {
  constructor(number, ahead, frontier) {
    this.number = number;
    this.ahead = ahead;
    this.correct(ahead, frontier, true);
  }

  /** Take the server's exact answer; one that is larger than what is shown needs a reason. */
  correct(ahead, frontier, mayGrow) {
    const numbers = this.number - frontier - 1;
    this.density = numbers > 0 ? Math.min(1, ahead / numbers) : 1;
    this.ahead = mayGrow ? ahead : Math.min(this.ahead, ahead);
  }

  /** Return how many are ahead now that the frontier is there. */
  move(frontier) {
    const left = Math.max(0, Math.round((this.number - frontier - 1) * this.density));
    this.ahead = Math.min(this.ahead, left);
    return this.ahead;
  }
}

/**
 * Return the wait in seconds as a range, or null where nobody can tell.
 *
 * By numbers, as those who leave shorten it as well; but after a fault numbers have a gap, through
 * which nobody has to wait. By people it is never longer than at the pace of the last minute.
 */
export function waitOf(number, ahead, { frontier, speed, recent, low, high }) {
  if (!(speed > 0) || !low || !high) return null;
  const byPeople = recent > 0 ? (ahead + 1) * MINUTE / recent : Infinity;
  const expected = Math.min(Math.max(0, number - frontier) / speed, byPeople);
  return expected > LONGEST ? null : { low: expected * low, high: expected * high };
}

/** Return the word and the numbers that a wait is said with. */
export function sayWait(wait) {
  if (!wait) return ["unknown", {}];
  let low = Math.floor(wait.low / MINUTE);
  let high = Math.ceil(wait.high / MINUTE);
  if (high > COARSE.from) {
    low = Math.floor(low / COARSE.step) * COARSE.step;
    high = Math.ceil(high / COARSE.step) * COARSE.step;
  }
  const word = wordFor(low, high);
  if (["mixed", "up_to_hours", "hours"].includes(word)) high = Math.ceil(high / MINUTE);
  if (word === "hours") low = Math.min(Math.floor(low / MINUTE), high - 1);
  return [word, { low, high }];
}

function wordFor(low, high) {
  if (high <= 1) return "soon";
  if (high < HOURS_FROM) {
    if (low === 0) return "up_to_minutes";
    return low === high ? "about_minutes" : "minutes";
  }
  if (low === 0) return "up_to_hours";
  return low >= MINUTE ? "hours" : "mixed";
}
