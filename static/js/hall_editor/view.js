// Which part of the drawing is on the screen, and how large. On the screen counts in CSS pixels.

const MARGIN = 32;
const LARGEST_SEAT = 60; // px

export class View {
  constructor(moved) {
    this.moved = moved;
    this.width = this.height = 1;
    this.x = this.y = 0;
    this.scale = 1;
    this.most = 3;
    this.least = 0.01;
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    this.moved();
  }

  /** Say how far apart people sit, so that nobody zooms in beyond them. */
  know(pitch) {
    this.most = LARGEST_SEAT / pitch;
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  toDrawing(x, y) {
    return [(x - this.width / 2) / this.scale + this.x, (y - this.height / 2) / this.scale + this.y];
  }

  /** Return the part of the drawing that can be seen, and `more` around it. */
  seen(more = 0) {
    const [left, top] = this.toDrawing(0, 0);
    const [right, bottom] = this.toDrawing(this.width, this.height);
    return { left: left - more, top: top - more, right: right + more, bottom: bottom + more };
  }

  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.moved();
  }

  zoomAt(x, y, factor) {
    const [there, below] = this.toDrawing(x, y);
    this.scale = Math.min(Math.max(this.scale * factor, this.least), this.most);
    this.x = there - (x - this.width / 2) / this.scale;
    this.y = below - (y - this.height / 2) / this.scale;
    this.moved();
  }

  fit({ left, top, right, bottom }) {
    const scale = Math.min((this.width - 2 * MARGIN) / Math.max(right - left, 1), (this.height - 2 * MARGIN) / Math.max(bottom - top, 1));
    this.least = Math.min(scale, this.most) / 4;
    this.scale = Math.min(Math.max(scale, 0.001), this.most);
    this.x = (left + right) / 2;
    this.y = (top + bottom) / 2;
    this.moved();
  }

  /** Bring a box into view, moving no more than needed. */
  show({ left, top, right, bottom }) {
    const seen = this.seen(-MARGIN / this.scale);
    if (left >= seen.left && right <= seen.right && top >= seen.top && bottom <= seen.bottom) return;
    this.x = (left + right) / 2;
    this.y = (top + bottom) / 2;
    const needed = Math.min((this.width - 2 * MARGIN) / Math.max(right - left, 1), (this.height - 2 * MARGIN) / Math.max(bottom - top, 1));
    this.scale = Math.min(this.scale, needed);
    this.moved();
  }
}
