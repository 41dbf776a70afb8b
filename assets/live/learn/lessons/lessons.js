/**
 * Every lesson there is: the module that draws it. Its texts stand in assets/lessons, one file a language.
 * @module
 */

/** @type {Record<string, () => Promise<any>>} */
export const LESSONS = {
  invent: () => import("./invent/invent.js"),
  "frozen-noise": () => import("./noise/noise.js"),
  "wide-cloud": () => import("./cloud/cloud.js"),
  "tug-of-war": () => import("./tug/tug.js"),
  gap: () => import("./gap/gap.js"),
  "water-level": () => import("./water/water.js"),
  blurry: () => import("./blur/blur.js"),
  between: () => import("./between/between.js"),
  repair: () => import("./repair/repair.js"),
  rare: () => import("./rare/rare.js"),
  "draw-a-seven": () => import("./styles/styles.js"),
  "cover-or-imitate": () => import("./cover/cover.js"),
  "soft-choices": () => import("./choices/choices.js"),
  "bend-the-bell": () => import("./bend/bend.js"),
  "two-floors": () => import("./floors/floors.js"),
};
