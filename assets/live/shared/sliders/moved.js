/**
 * Move an element under a hand: neither laid out, nor painted, nor put into layers anew.
 *
 * A style that changes an element's transform has Chromium put the whole page into layers again, each frame; an animation that
 * stands still, and is told another place, does not (measured: python benchmarks/hand_apart.py --pages explore).
 * @module
 */

/** @type {WeakMap<Element, {effect: any, transform: string}>} */
const motions = new WeakMap();

/** @param {HTMLElement} element @param {string} transform as in a style */
export function moved(element, transform) {
  const known = motions.get(element);
  if (known?.transform === transform) return;
  const keyframes = { transform: [transform, transform] };
  if (known) {
    known.effect.setKeyframes(keyframes);
    known.transform = transform;
    return;
  }
  const motion = element.animate(keyframes, { duration: 1, fill: "both" });
  motion.pause();
  motions.set(element, { effect: motion.effect, transform });
}
