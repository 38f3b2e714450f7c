// Categories and shapes: what a drawing has besides seats.

import { freshShape } from "./drawing.js";
import { changeSeats, freeKey } from "./changing.js";

/** Change key and name of a category; its seats follow. */
export function changeCategory(drawing, index, { key, name }) {
  const before = drawing.categories[index];
  const categories = drawing.categories.map((one, i) => (i === index ? { ...one, key, name: name || key } : one));
  const next = { ...drawing, categories };
  if (before.key === key) return next;
  const ids = new Set(idsWith(drawing, before.key));
  return changeSeats(next, ids, (seat) => ({ ...seat, category: key }));
}

export function addCategory(drawing) {
  const taken = drawing.categories.map(({ key }) => key);
  const used = new Set(drawing.categories.map(({ colour }, i) => colour ?? i));
  let colour = 0;
  while (used.has(colour)) colour += 1;
  const key = [..."RSABCDEFGHIJKLMNOPQTUVWXYZ"].find((letter) => !taken.includes(letter)) ?? freeKey("K", taken);
  return { ...drawing, categories: [...drawing.categories, { key, name: key, colour }] };
}

export function removeCategory(drawing, index) {
  return { ...drawing, categories: drawing.categories.filter((_, i) => i !== index) };
}

export function idsWith(drawing, category) {
  return drawing.sections.flatMap(({ rows }) =>
    rows.flatMap(({ seats }) => seats.filter((seat) => seat.category === category).map(({ id }) => id)));
}

export function addShape(drawing, shape) {
  const fresh = freshShape(shape);
  return { drawing: { ...drawing, shapes: [...drawing.shapes, fresh] }, id: fresh.id };
}

export function changeShape(drawing, id, fields) {
  const shapes = drawing.shapes.map((shape) => (shape.id === id ? { ...shape, ...fields } : shape));
  return { ...drawing, shapes };
}
