// The map without a pointer: arrows lead from seat to seat, Enter picks.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 1.4;

export function followKeys(canvas, camera, { move, pick, forget }) {
  const zoom = (factor) => camera.zoomAt(camera.width / 2, camera.height / 2, factor);
  const keys = {
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    Home: () => camera.fit(),
    Enter: pick,
    " ": pick,
    Escape: forget,
  };

  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const act = arrow ? () => move(...arrow) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
