// The keyboard on the drawing, and the steps back and forth everywhere on the page.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 10;
const PAN = 60; // px

const typing = ({ target }) => target.matches("input:not([type=radio], [type=checkbox]), textarea, select");

/** Let keys on `canvas` move, remove and zoom. */
export function followKeys(canvas, editor) {
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "a") return;
      event.preventDefault();
      editor.selectAll();
      return;
    }
    const { view } = editor;
    const centre = [view.width / 2, view.height / 2];
    const step = STEPS[event.key];
    if (step) {
      const far = event.shiftKey ? FAR : 1;
      if (editor.selection.size && editor.move) editor.move(step[0] * far, step[1] * far, "nudge");
      else view.pan(-step[0] * PAN, -step[1] * PAN);
    } else if (event.key === "Escape") editor.select(new Set());
    else if (event.key === "Delete" || event.key === "Backspace") editor.remove?.();
    else if (event.key === "+" || event.key === "=") view.zoomAt(...centre, 1.4);
    else if (event.key === "-") view.zoomAt(...centre, 1 / 1.4);
    else if (event.key === "Home" || event.key === "0") editor.fit();
    else return;
    event.preventDefault();
  });
}

/** Let Ctrl+Z and its kin go back and forth, but not while somebody writes. */
export function followUndo(editor) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || typing(event)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) editor.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) editor.redo();
    else if (key === "s") editor.save();
    else return;
    event.preventDefault();
  });
}
