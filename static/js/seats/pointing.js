// Mouse, fingers and wheel on the map: pan, zoom, pinch, hover and press.

const DRAGGED = 6; // px, after which it is no press any more
const WHEEL = 0.0016;
const PINCH_WHEEL = 0.01;
const SCROLLING = 350; // ms after which a page that was being scrolled has come to rest

export function followPointers(canvas, camera, { press, hover }) {
  const down = new Map();
  let travelled = 0;
  let spread = 0;

  const at = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const span = () => {
    const [[ax, ay], [bx, by]] = [...down.values()];
    return { x: (ax + bx) / 2, y: (ay + by) / 2, size: Math.hypot(ax - bx, ay - by) };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    if (down.size === 1) travelled = 0;
    else travelled = Infinity;
    if (down.size === 2) spread = span().size;
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    const now = at(event);
    if (!before) {
      if (event.pointerType === "mouse") hover(...now);
      return;
    }
    if (down.size === 2) {
      const from = span();
      down.set(event.pointerId, now);
      const to = span();
      camera.pan(to.x - from.x, to.y - from.y);
      camera.zoomAt(to.x, to.y, to.size / (spread || to.size));
      spread = to.size;
      return;
    }
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    travelled += Math.hypot(dx, dy);
    if (travelled <= DRAGGED) return;
    down.set(event.pointerId, now);
    canvas.dataset.dragging = "";
    hover(-1, -1);
    camera.pan(dx, dy);
  });

  const lift = (event) => {
    const was = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (!down.size) delete canvas.dataset.dragging;
    if (event.type === "pointerup" && was && travelled <= DRAGGED) press(...at(event), event.pointerType);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => hover(-1, -1));

  // Whoever scrolls the page scrolls on, though the map comes under the pointer meanwhile.
  let scrolledAt = -Infinity;
  addEventListener("scroll", () => (scrolledAt = performance.now()), { passive: true });

  canvas.addEventListener("wheel", (event) => {
    const scrolls = event.deltaY > 0 || performance.now() - scrolledAt < SCROLLING;
    if (camera.fitted && scrolls && !event.ctrlKey) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH_WHEEL : WHEEL));
    camera.zoomAt(...at(event), factor);
  }, { passive: false });
}
