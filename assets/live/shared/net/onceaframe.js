/**
 * Draw once a frame, however much has changed until then.
 *
 * What comes within a frame, as the pictures do that the page decodes by itself, is drawn in that very frame: asked for anew it
 * would wait for the next one, and all that follow it would, too.
 * @module
 */
export class OnceAFrame {
  /** @param {() => void} draw */
  constructor(draw) {
    this.draw = draw;
    /** @type {number | null} */
    this.frame = null;
  }

  /** With the next frame. */
  soon() {
    this.frame ??= requestAnimationFrame(() => this.now());
  }

  /** At once, in place of what was to be drawn: for what comes within a frame. */
  now() {
    this.stop();
    this.draw();
  }

  /** No more. */
  stop() {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
