// Steps back and forth. A state is a drawing and what is selected in it.

const MOST = 200;

export class History {
  constructor(state) {
    this.states = [state];
    this.at = 0;
    this.saved = state.drawing;
    this.tag = null;
  }

  get now() {
    return this.states[this.at];
  }

  get dirty() {
    return this.now.drawing !== this.saved;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at + 1 < this.states.length;
  }

  /** Go on to another state; steps of one `tag` in a row count as one. */
  push(state, tag = null) {
    const joins = tag !== null && tag === this.tag && this.at > 0;
    this.states = [...this.states.slice(joins ? 0 : Math.max(0, this.at + 2 - MOST), this.at + (joins ? 0 : 1)), state];
    this.at = this.states.length - 1;
    this.tag = tag;
  }

  /** Select otherwise; that is no step of its own. */
  select(selection) {
    this.states[this.at] = { ...this.now, selection };
    this.tag = null;
  }

  undo() {
    if (this.canUndo) this.at -= 1;
    this.tag = null;
  }

  redo() {
    if (this.canRedo) this.at += 1;
    this.tag = null;
  }
}
