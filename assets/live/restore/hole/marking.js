/**
 * What a hand marks as lost on the large picture: with a brush on a picture, by stretches and their edges on a curve; and what is lost,
 * outlined.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { isBrush } from "../state.js";
import { Brush } from "./brush.js";
import { Edges } from "./edges.js";
import { Lost } from "./lost.js";
import { spansOf } from "./spans.js";

/** What invites a hand to mark what is lost of what is no picture. @param {{phrases?: {drawing: string}}} view */
export const dragWords = ({ phrases }) => `Drag along the ${phrases.drawing} to lose a stretch, and take it by its edges`;

export class Marking {
  /**
   * @param {object} options
   * @param {import("../../shared/views/view.js").View} options.view
   * @param {import("../stage/stage.js").Stage} options.stage
   * @param {() => any[]} options.strokes what is marked so far
   * @param {(strokes: any[], begins: boolean) => void} options.onMark begins: a movement, to which one may want to go back
   * @param {(sentence: string) => void} options.onSay for screen readers
   */
  constructor({ view, stage, strokes, onMark, onSay }) {
    const { frame, wipe, layers } = stage;
    this.wipe = wipe;
    const { plane = view.pixels } = view;
    this.invitation = h("span", { class: "invitation", "aria-hidden": "true", hidden: true }, plane ? "Draw a gap here" : dragWords(view));
    wipe.line.before(this.invitation);
    if (plane) {
      this.lost = new Lost(view);
      wipe.line.before(this.lost.element);
      wipe.belongsLeft(this.lost.element);
      this.brush = new Brush({ pad: frame, strokes, onDraw: onMark, onSay });
    } else {
      this.edges = new Edges({ view, pad: frame, canvas: layers.corrupted.canvas, onMark, onSay });
    }
  }

  /**
   * Take the hand to the picture, or away from it.
   * @param {import("../view.js").State} state
   * @param {boolean} hides whether something is lost, and it is known what
   * @param {Uint8Array | null} lost what the server says is lost, where it has said so of this state
   */
  show({ picture, setting }, hides, lost) {
    const byHand = isBrush(setting.corruption);
    const none = !setting.strokes.length;
    this.brush?.show(byHand && Boolean(picture), setting.amount);
    // Edges stay where they are until the answer is there.
    if (this.edges && (byHand || lost || !hides)) {
      this.edges.show({ active: Boolean(picture) && hides, free: byHand, spans: byHand ? setting.strokes : lost ? spansOf(lost) : [] });
    }
    this.wipe.mark(Boolean(this.brush?.active || this.edges?.active), byHand && none);
    const hidden = !byHand || !none;
    if (this.invitation.hidden !== hidden) this.invitation.hidden = hidden;
  }

  /** Outline what is lost. @param {Uint8Array | null} lost */
  outline(lost) {
    this.lost?.show(lost);
  }

  destroy() {
    this.edges?.destroy();
  }
}
