// Mouse, pen, fingers and wheel: select by click or by a rectangle, move what is selected, pan, zoom.

const DRAGGED = 4; // px, after which it is no click any more
const WHEEL = 0.0016;
const PINCH_WHEEL = 0.01;

const modeOf = ({ shiftKey, altKey, ctrlKey, metaKey }) => {
  if (altKey) return "remove";
  return shiftKey || ctrlKey || metaKey ? "add" : "replace";
};

const boxOf = ([ax, ay], [bx, by]) => ({
  left: Math.min(ax, bx), top: Math.min(ay, by), right: Math.max(ax, bx), bottom: Math.max(ay, by),
});

/** Follow pointers on `stage`; `target` says what is there and does what they ask. */
export function followPointers(stage, view, target) {
  const down = new Map();
  let doing = null; // "pan", "rectangle", "move", "pinch"
  let from = null;
  let travelled = 0;
  let spread = 0;

  const at = ({ clientX, clientY }) => {
    const { left, top } = stage.getBoundingClientRect();
    return [clientX - left - stage.clientLeft, clientY - top - stage.clientTop];
  };
  const span = () => {
    const [[ax, ay], [bx, by]] = [...down.values()];
    return { x: (ax + bx) / 2, y: (ay + by) / 2, size: Math.hypot(ax - bx, ay - by) };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button > 1 || event.target.closest("button")) return;
    event.preventDefault();
    stage.querySelector("canvas").focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    const point = at(event);
    down.set(event.pointerId, point);
    if (down.size === 2) {
      if (doing && doing !== "pan") target.cancel();
      doing = "pinch";
      spread = span().size;
      return;
    }
    from = point;
    travelled = 0;
    if (event.button === 1 || target.tool() === "hand") doing = "pan";
    else if (modeOf(event) === "replace" && target.grabs(...view.toDrawing(...point))) doing = "move";
    else doing = "rectangle";
  });

  const pinch = (event) => {
    const before = span();
    down.set(event.pointerId, at(event));
    const now = span();
    view.pan(now.x - before.x, now.y - before.y);
    view.zoomAt(now.x, now.y, now.size / (spread || now.size));
    spread = now.size;
  };

  stage.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    if (doing === "pinch") {
      if (down.size === 2) pinch(event);
      return;
    }
    const now = at(event);
    down.set(event.pointerId, now);
    travelled = Math.max(travelled, Math.hypot(now[0] - from[0], now[1] - from[1]));
    if (doing === "pan") view.pan(now[0] - before[0], now[1] - before[1]);
    if (travelled <= DRAGGED) return;
    if (doing === "rectangle") target.stretch(boxOf(from, now));
    if (doing === "move") target.drag((now[0] - from[0]) / view.scale, (now[1] - from[1]) / view.scale);
  });

  const lift = (event) => {
    const now = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (!now || down.size) return;
    const done = doing;
    doing = null;
    if (event.type === "pointercancel" || done === "pinch") target.cancel();
    else if (travelled <= DRAGGED) {
      if (event.button !== 1) target.click(...view.toDrawing(...now), modeOf(event), event.detail);
    } else if (done === "rectangle") {
      const [left, top, right, bottom] = [...view.toDrawing(...from), ...view.toDrawing(...now)];
      target.enclose(boxOf([left, top], [right, bottom]), modeOf(event));
    } else if (done === "move") target.drop((now[0] - from[0]) / view.scale, (now[1] - from[1]) / view.scale);
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    view.zoomAt(...at(event), Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH_WHEEL : WHEEL)));
  }, { passive: false });
}

/** Let the buttons with data-zoom zoom. */
export function followZoom(root, view, fit) {
  root.addEventListener("click", ({ target }) => {
    const how = target.closest("[data-zoom]")?.dataset.zoom;
    if (how === "fit") fit();
    else if (how) view.zoomAt(view.width / 2, view.height / 2, how === "in" ? 1.4 : 1 / 1.4);
  });
}
