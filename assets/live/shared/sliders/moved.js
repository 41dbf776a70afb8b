/**
 * Move an element under a hand: neither laid out, nor painted, nor put into layers anew.
 *
 * A style that changes an element's transform has Chromium put the whole page into layers again, each frame; an animation that
 * stands still, and is told another place, does not (measured: python benchmarks/hand_apart.py --pages explore).
 * @module
 */

/** @type {Map<HTMLElement, {motion: Animation, transform: string}>} */
const motions = new Map();

/** @param {HTMLElement} element @param {string} transform as in a style */
export function moved(element, transform) {
  const known = motions.get(element);
  if (known?.transform === transform) return;
  const keyframes = { transform: [transform, transform] };
  if (known) {
    /** @type {KeyframeEffect} */ (known.motion.effect).setKeyframes(keyframes);
    known.transform = transform;
    return;
  }
  layDown();
  const motion = element.animate(keyframes, { duration: 1, fill: "both" });
  motion.pause();
  motions.set(element, { motion, transform });
}

/** End the motions of what is no longer on the page, which they would keep for ever; its place stays, as a style. */
function layDown() {
  for (const [element, { motion, transform }] of motions) {
    if (element.isConnected) continue;
    element.style.transform = transform;
    motion.cancel();
    motions.delete(element);
  }
}
