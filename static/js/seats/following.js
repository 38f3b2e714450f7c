// Takes in what the server tells of the seats, and of this person's own reservations.

export function followSeats({ map, seating, words, changed, refresh }) {
  const { event, version } = map.dataset;
  let heard = false;

  function take({ kind, value }) {
    if (kind === "seat_updated") {
      if (seating.set(value.number, value.state)) changed([value.number]);
      else words.count();
    } else if (kind === "seats_snapshot") {
      if (value.layout !== version) location.reload();
      else changed(seating.replace(value.states));
    }
  }

  function hear(changes, snapshot) {
    const first = snapshot && !heard;
    heard = true;
    const ours = changes.filter(({ value }) => value.event === event);
    if (!first && ours.length) refresh(ours.some(({ value }) => value.status === "expired"));
  }

  return ({ topic, changes, snapshot }) => {
    if (topic === `seats.${event}`) changes.forEach(take);
    else if (topic.startsWith("user.")) hear(changes, snapshot);
  };
}
