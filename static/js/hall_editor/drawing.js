// A drawing as the editor keeps it: never changed in place, so that a step back is a look back.
// Each seat and each shape has an id of its own while it is edited.

const MARGIN = 40;
const FLAGS = ["accessible", "companion", "aisle_after"];
let lastId = 0;

const named = (one) => ({ ...one, id: (lastId += 1) });

/** Return rows that nothing else has. */
export const freshRows = (rows) => rows.map((row) => ({ ...row, seats: row.seats.map(named) }));
export const freshShape = named;

/** Return a layout's document, ready to be edited. */
export function openDrawing(layout) {
  return {
    ...layout,
    sections: layout.sections.map((section) => ({ ...section, rows: freshRows(section.rows) })),
    shapes: (layout.shapes ?? []).map(named),
  };
}

const short = (length) => Math.round(length * 100) / 100;

function bareSeat({ label, x, y, category, ...flags }, [dx, dy]) {
  const seat = { label, x: short(x + dx), y: short(y + dy), category };
  for (const flag of FLAGS) if (flags[flag]) seat[flag] = true;
  return seat;
}

/** Return the document that the server reads, everything in it inside its size. */
export function closeDrawing(drawing) {
  const { width, height, step } = frame(drawing);
  const { sections, shapes, ...rest } = drawing;
  return {
    ...rest,
    width,
    height,
    sections: sections.map(({ rows, ...section }) => ({
      ...section,
      rows: rows.map(({ seats, ...row }) => ({ ...row, seats: seats.map((seat) => bareSeat(seat, step)) })),
    })),
    shapes: shapes.map(({ id, name, ...shape }) => ({
      ...shape,
      x: short(shape.x + step[0]),
      y: short(shape.y + step[1]),
      ...(name ? { name } : {}),
    })),
  };
}

/** Return the size of a drawing and how far it must move: not at all where all lies inside. */
function frame(drawing) {
  const { left, top, right, bottom } = boxOf(drawing);
  const { width, height } = drawing;
  if (left >= 0 && top >= 0 && right <= width && bottom <= height) return { width, height, step: [0, 0] };
  const step = [MARGIN - left, MARGIN - top].map((length) => Math.round(length));
  return {
    width: Math.ceil(right + step[0] + MARGIN),
    height: Math.ceil(bottom + step[1] + MARGIN),
    step,
  };
}

/** Return the box around seats and shapes, around the whole sheet where there are none. */
export function boxOf({ sections, shapes, width, height }) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const stretch = (x, y) => {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  };
  for (const { rows } of sections) for (const { seats } of rows) for (const { x, y } of seats) stretch(x, y);
  for (const shape of shapes) {
    stretch(shape.x, shape.y);
    stretch(shape.x + shape.width, shape.y + shape.height);
  }
  return box.left === Infinity ? { left: 0, top: 0, right: width, bottom: height } : box;
}
