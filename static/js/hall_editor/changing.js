// What can be done to a drawing. Each change returns another drawing; what it leaves alone is shared.

import { freshRows, freshShape } from "./drawing.js";

function changeRows(drawing, change) {
  const sections = drawing.sections.map((section) => {
    const rows = section.rows.map((row) => change(row, section));
    return rows.every((row, i) => row === section.rows[i]) ? section : { ...section, rows };
  });
  return { ...drawing, sections };
}

/** Return `drawing` with the seats `ids` changed. */
export function changeSeats(drawing, ids, change) {
  return changeRows(drawing, (row) => {
    if (!row.seats.some(({ id }) => ids.has(id))) return row;
    return { ...row, seats: row.seats.map((seat) => (ids.has(seat.id) ? change(seat) : seat)) };
  });
}

/** Move seats and shapes. */
export function move(drawing, ids, dx, dy) {
  const shift = (one) => ({ ...one, x: one.x + dx, y: one.y + dy });
  const shapes = drawing.shapes.map((shape) => (ids.has(shape.id) ? shift(shape) : shape));
  return { ...changeSeats(drawing, ids, shift), shapes };
}

export function setCategory(drawing, ids, category) {
  return changeSeats(drawing, ids, (seat) => ({ ...seat, category }));
}

/** Set a flag of seats; take it away where all of them have it. */
export function toggle(drawing, ids, flag) {
  const chosen = seatsOf(drawing, ids);
  const on = !chosen.every((seat) => seat[flag]);
  return changeSeats(drawing, ids, (seat) => ({ ...seat, [flag]: on }));
}

export function seatsOf(drawing, ids) {
  return drawing.sections.flatMap(({ rows }) => rows.flatMap(({ seats }) => seats.filter(({ id }) => ids.has(id))));
}

/** Take seats and shapes away, and the rows and sections that have none left. */
export function remove(drawing, ids) {
  const kept = (one) => !ids.has(one.id);
  const sections = drawing.sections
    .map((section) => ({
      ...section,
      rows: section.rows
        .map((row) => (row.seats.every(kept) ? row : { ...row, seats: row.seats.filter(kept) }))
        .filter(({ seats }) => seats.length),
    }))
    .filter(({ rows }) => rows.length);
  return { ...drawing, sections, shapes: drawing.shapes.filter(kept) };
}

/** Put rows into a section, made if there is none of that key; rows of the same key become one. */
export function addRows(drawing, { key, name }, rows) {
  const known = drawing.sections.find((section) => section.key === key);
  if (!known) return { ...drawing, sections: [...drawing.sections, { key, ...(name && name !== key ? { name } : {}), rows }] };
  const joined = [...known.rows];
  for (const row of rows) {
    const at = joined.findIndex((one) => one.key === row.key);
    if (at < 0) joined.push(row);
    else joined[at] = { ...joined[at], seats: [...joined[at].seats, ...row.seats] };
  }
  const { name: before, ...rest } = known;
  const said = name || before;
  const section = { ...rest, ...(said && said !== key ? { name: said } : {}), rows: joined };
  return { ...drawing, sections: drawing.sections.map((one) => (one === known ? section : one)) };
}

/** Put new rows into a section, moved by `by`; return the drawing and the ids of the seats. */
export function addDrawn(drawing, section, rows, [dx, dy]) {
  const fresh = freshRows(rows).map((row) => ({
    ...row,
    seats: row.seats.map((seat) => ({ ...seat, x: seat.x + dx, y: seat.y + dy })),
  }));
  const ids = new Set(fresh.flatMap(({ seats }) => seats.map(({ id }) => id)));
  return { drawing: addRows(drawing, section, fresh), ids };
}

/** Let seats be of another section; a section that goes there whole keeps its place in the list. */
export function putIntoSection(drawing, ids, { key, name }) {
  const whole = drawing.sections.find((section) =>
    section.rows.every(({ seats }) => seats.every(({ id }) => ids.has(id))));
  const others = drawing.sections.filter((section) => section !== whole);
  const outside = others.some(({ rows }) => rows.some(({ seats }) => seats.some(({ id }) => ids.has(id))));
  if (whole && !outside && !others.some((section) => section.key === key)) {
    const renamed = { key, ...(name && name !== key ? { name } : {}), rows: whole.rows };
    return { ...drawing, sections: drawing.sections.map((section) => (section === whole ? renamed : section)) };
  }
  const rows = partOf(drawing, ids).flatMap((section) => section.rows);
  const rest = remove({ ...drawing, shapes: [] }, ids);
  return addRows({ ...rest, shapes: drawing.shapes }, { key, name }, rows);
}

/** Return the sections as they would be with the seats `ids` alone. */
function partOf(drawing, ids) {
  return drawing.sections
    .map((section) => ({
      ...section,
      rows: section.rows
        .map((row) => ({ ...row, seats: row.seats.filter(({ id }) => ids.has(id)) }))
        .filter(({ seats }) => seats.length),
    }))
    .filter(({ rows }) => rows.length);
}

/** Draw the chosen seats again beside themselves, in sections of their own. */
export function duplicate(drawing, ids, [dx, dy]) {
  let next = drawing;
  const copies = new Set();
  for (const { key, name, rows } of partOf(drawing, ids)) {
    const called = freeKey(key, next.sections.map((section) => section.key));
    const made = addDrawn(next, { key: called, name: name && `${name} ${called}` }, rows, [dx, dy]);
    next = made.drawing;
    for (const id of made.ids) copies.add(id);
  }
  const shapes = drawing.shapes
    .filter(({ id }) => ids.has(id))
    .map((shape) => freshShape({ ...shape, x: shape.x + dx, y: shape.y + dy }));
  for (const { id } of shapes) copies.add(id);
  return { drawing: { ...next, shapes: [...next.shapes, ...shapes] }, ids: copies };
}

/** Return a key like `key` that is not one of `taken`: counted on where it ends in a number. */
export function freeKey(key, taken) {
  const [, stem, digits] = /^(.*?)(\d*)$/u.exec(key);
  let number = digits ? Number(digits) : 1;
  let found;
  do {
    number += 1;
    found = `${stem}${number}`;
  } while (taken.includes(found));
  return found;
}

/** Name rows and seats; `groups` as `Flat.rowsOf` gives them, `names` as the server does. */
export function renumber(drawing, groups, { rows, labels }) {
  const label = new Map();
  const key = new Map();
  groups.forEach(({ row, ids }, i) => {
    if (labels) ids.forEach((id, at) => label.set(id, labels[i][at]));
    if (rows) key.set(row, rows[i]);
  });
  return changeRows(drawing, (row) => {
    const mine = row.seats.some(({ id }) => label.has(id));
    if (!mine && !key.has(row)) return row;
    const { name, ...rest } = row;
    return {
      ...rest,
      ...(key.has(row) ? { key: key.get(row) } : name ? { name } : {}),
      seats: mine ? row.seats.map((seat) => (label.has(seat.id) ? { ...seat, label: label.get(seat.id) } : seat)) : row.seats,
    };
  });
}
