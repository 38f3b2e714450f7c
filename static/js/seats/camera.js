// Which part of the hall is on the screen, and how large. Positions on the screen are CSS pixels.

const GLIDE = 280; // ms
const LARGEST_SEAT = 64; // px
const MARGIN = 24;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Camera {
  constructor(hall, moved) {
    this.hall = hall;
    this.moved = moved;
    this.width = this.height = 1;
    this.x = hall.width / 2;
    this.y = hall.height / 2;
    this.scale = 0;
    this.fitted = true;
    this.gliding = 0;
  }

  get seat() {
    return this.hall.pitch * this.scale;
  }

  get whole() {
    const { hall, width, height } = this;
    return Math.min((width - MARGIN) / hall.width, (height - MARGIN) / hall.height);
  }

  #clamp(scale) {
    const least = Math.min(this.whole, LARGEST_SEAT / this.hall.pitch);
    return Math.min(Math.max(scale, least), LARGEST_SEAT / this.hall.pitch);
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    if (this.fitted) this.fit(false);
    else this.#set(this.x, this.y, this.scale);
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];
  }

  toHall(x, y) {
    return [(x - this.width / 2) / this.scale + this.x, (y - this.height / 2) / this.scale + this.y];
  }

  /** Return the part of the hall that can be seen, and `more` around it. */
  view(more = 0) {
    const [left, top] = this.toHall(-more, -more);
    const [right, bottom] = this.toHall(this.width + more, this.height + more);
    return { left, top, right, bottom };
  }

  #set(x, y, scale) {
    this.scale = this.#clamp(scale);
    this.x = Math.min(Math.max(x, 0), this.hall.width);
    this.y = Math.min(Math.max(y, 0), this.hall.height);
    if (this.scale <= this.whole * 1.001) {
      this.x = this.hall.width / 2;
      this.y = this.hall.height / 2;
    }
    this.moved();
  }

  pan(dx, dy) {
    this.stop();
    this.fitted = false;
    this.#set(this.x - dx / this.scale, this.y - dy / this.scale, this.scale);
  }

  zoomAt(x, y, factor) {
    this.stop();
    const [hallX, hallY] = this.toHall(x, y);
    const scale = this.#clamp(this.scale * factor);
    this.fitted = scale <= this.whole * 1.001;
    const [cx, cy] = [x - this.width / 2, y - this.height / 2];
    this.#set(hallX - cx / scale, hallY - cy / scale, scale);
  }

  fit(glide = true) {
    const { width, height } = this.hall;
    this.goto(width / 2, height / 2, this.whole, glide);
    this.fitted = true;
  }

  /** Bring a point into the middle, seats at least `seat` px large. */
  look(x, y, seat) {
    this.goto(x, y, Math.max(this.scale, seat / this.hall.pitch));
  }

  goto(x, y, scale, glide = true) {
    this.stop();
    this.fitted = false;
    const to = this.#clamp(scale);
    if (!glide || still.matches || !this.scale) {
      this.#set(x, y, to);
      return;
    }
    const from = { x: this.x, y: this.y, scale: this.scale };
    const began = performance.now();
    const step = (now) => {
      const t = Math.min(1, Math.max(0, now - began) / GLIDE);
      const eased = 1 - (1 - t) ** 3;
      const between = (a, b) => a + (b - a) * eased;
      const zoom = from.scale * (to / from.scale) ** eased;
      this.#set(between(from.x, x), between(from.y, y), zoom);
      this.gliding = t < 1 ? requestAnimationFrame(step) : 0;
    };
    this.gliding = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.gliding);
    this.gliding = 0;
  }
}
