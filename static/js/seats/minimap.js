// The whole hall, small, in a corner of the map: where one is, and which way the stage lies.

const LARGEST = { width: 116, height: 96 };
const EDGE = 12;
const PADDING = 6;
const CAPTION = 18;
const FROM = 1.5; // times the scale at which all of the hall is in view
const narrow = matchMedia("(max-width: 60rem)"); // where a bar covers what is below

export class MiniMap {
  constructor(painter, context) {
    const { hall, seating, camera, outlines } = painter;
    Object.assign(this, { painter, context, hall, seating, camera, outlines });
    this.scale = Math.min(LARGEST.width / hall.width, LARGEST.height / hall.height);
    this.width = hall.width * this.scale + 2 * PADDING;
    this.height = hall.height * this.scale + 2 * PADDING + CAPTION;
  }

  /** Return where it is on the screen; null while all of the hall can be seen anyway. */
  get corner() {
    const { camera } = this;
    if (camera.scale < camera.whole * FROM || camera.width < this.width * 2.5) return null;
    return { left: EDGE, top: narrow.matches ? EDGE : camera.height - this.height - EDGE };
  }

  /** Return the point of the hall that is shown at `x`, `y` of the screen, if it is shown here. */
  pointAt(x, y) {
    const { corner } = this;
    if (!corner || x < corner.left || y < corner.top) return null;
    if (x > corner.left + this.width || y > corner.top + this.height) return null;
    return [(x - corner.left - PADDING) / this.scale, (y - corner.top - PADDING) / this.scale];
  }

  paint() {
    const { corner, context } = this;
    if (!corner) return;
    const { colour } = this.painter;
    context.save();
    context.translate(corner.left, corner.top);
    context.beginPath();
    context.roundRect(0, 0, this.width, this.height, 8);
    context.fillStyle = colour.ground;
    context.strokeStyle = colour.edge;
    context.lineWidth = 1;
    context.fill();
    context.stroke();
    this.#caption(context, colour);
    context.translate(PADDING, PADDING);
    context.scale(this.scale, this.scale);
    this.#hall(context, colour);
    this.#frame(context, colour);
    context.restore();
  }

  #caption(context, colour) {
    const { hall, camera } = this;
    const near = hall.nearest(camera.x, camera.y);
    context.font = `700 11px ${this.painter.font}`;
    context.fillStyle = colour.ink;
    context.fillText(hall.sections[hall.section[near]].name, this.width / 2, this.height - CAPTION / 2 - 2, this.width - 8);
  }

  #hall(context, colour) {
    const { hall } = this;
    context.fillStyle = colour.edge;
    for (const { kind, x, y, width, height } of hall.shapes) {
      if (kind === "stage") context.fillRect(x, y, width, height);
    }
    context.lineJoin = "round";
    context.lineWidth = hall.pitch;
    this.outlines.forEach((path, index) => {
      const { first, end } = hall.sections[index];
      context.fillStyle = context.strokeStyle = colour.bands[hall.band[(first + end) >> 1]];
      context.globalAlpha = this.seating.freeInSection[index] ? 0.75 : 0.2;
      context.stroke(path);
      context.fill(path);
    });
    context.globalAlpha = 1;
  }

  #frame(context, colour) {
    const { hall } = this;
    const view = this.camera.view();
    const [left, top] = [Math.max(view.left, 0), Math.max(view.top, 0)];
    const [right, bottom] = [Math.min(view.right, hall.width), Math.min(view.bottom, hall.height)];
    for (const [width, stroke] of [[4, colour.ground], [2, colour.ink]]) {
      context.lineWidth = width / this.scale;
      context.strokeStyle = stroke;
      context.strokeRect(left, top, Math.max(right - left, 0), Math.max(bottom - top, 0));
    }
  }
}
