/**
 * How sounds are coloured: from the page's paper, where it is silent, to its ink, where it is loud. The colours are those of
 * vae/kinds/sounds/drawing.py.
 * @module
 */

const SCALE = {
  light: ["ffffff", "fbdcb4", "f0834a", "b5337c", "3a1b66"],
  dark: ["111218", "3d2a78", "b5337c", "f0834a", "fff3bf"],
};
const LEVELS = 256;
const LOUD = 0.45; // levels above which the other sound is outlined
const REACH = { frequencies: 4, times: 2 }; // places to either side that count for its outline

/** The colour of each level, [256, 3]. @param {boolean} dark @returns {Uint8Array} */
export function tableOf(dark) {
  const stops = SCALE[dark ? "dark" : "light"].map((text) => [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)));
  const table = new Uint8Array(3 * LEVELS);
  for (let level = 0; level < LEVELS; level += 1) {
    const at = (level / (LEVELS - 1)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    for (let c = 0; c < 3; c += 1) table[3 * level + c] = Math.floor(stops[low][c] + (stops[low + 1][c] - stops[low][c]) * (at - low) + 0.5);
  }
  return table;
}

const TABLES = { light: tableOf(false), dark: tableOf(true) };

/**
 * The pixels of one sound, [F, T, 4].
 * @param {Uint8Array} levels [F, T] @param {boolean} dark
 * @param {ArrayLike<number | boolean>} [gaps] [F, T], true where something was lost: it is hatched
 * @param {number} [times] T
 */
export function coloured(levels, dark, gaps, times = 1) {
  const table = TABLES[dark ? "dark" : "light"];
  const rgba = new Uint8ClampedArray(4 * levels.length);
  const line = dark ? 90 : 175;
  for (let i = 0; i < levels.length; i += 1) {
    const hatched = gaps?.[i] && (Math.floor(i / times) + (i % times)) % 6 === 0 && levels[i] < 32;
    for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = hatched ? line : table[3 * levels[i] + c];
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/** The mean of each level and those around it, a few frequencies more than times: tones that lie close become one patch. */
function blurred(levels, times) {
  const along = (from, step, count, reach) => {
    const sums = new Float32Array(from.length);
    for (let i = 0; i < from.length; i += 1) {
      const place = Math.floor(i / step) % count;
      const [low, high] = [Math.max(-reach, -place), Math.min(reach, count - 1 - place)];
      for (let by = low; by <= high; by += 1) sums[i] += from[i + by * step] / (high - low + 1);
    }
    return sums;
  };
  return along(along(levels, times, levels.length / times, REACH.frequencies), 1, times, REACH.times);
}

/** Draw the edges of what is loud in another sound over pixels. @param {Uint8Array} levels [F, T] @param {number} times T */
export function outline(rgba, levels, times, dark) {
  const soft = blurred(levels, times);
  const loud = (i) => soft[i] > LOUD * (LEVELS - 1);
  const line = dark ? 255 : 20;
  for (let i = 0; i < levels.length; i += 1) {
    const right = (i + 1) % times && loud(i) !== loud(i + 1);
    const below = i + times < levels.length && loud(i) !== loud(i + times);
    if (right || below) for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = (rgba[4 * i + c] + 2 * line) / 3;
  }
}
