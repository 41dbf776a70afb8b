/**
 * The names of the classes on the map: each at its densest place, where it goes along to another map.
 * @module
 */

import { apart, aside, densest, membersOf } from "../../shared/draw/classnames.js";
import { drawNames } from "../../shared/draw/layers.js";
import { toScreen } from "../../shared/draw/camera.js";
import { className } from "../../shared/words/names.js";

const SIZES = [16, 26]; // pixels, with the map's width
const ACROSS = 56; // letters' heights that go into it
const ROOM = 8; // pixels around a name that others leave free

/** While they are on their way, those that lie on another are not there: none jumps. */
const fading = (names) => {
  const opacity = apart(names, 0);
  return names.map((name, i) => ({ ...name, opacity: opacity[i] }));
};

export class ClassPlaces {
  /** @param {import("../../shared/space/codes.js").Codes} codes @param {import("../places.js").Places} places */
  constructor(codes, places) {
    Object.assign(this, { codes, places });
    this.members = codes.labels ? [...membersOf(codes.labels, codes.n)].filter(([label]) => label >= 0) : [];
    /** @type {Map<number, any>} by label: its place, and how many points stand for it */
    this.marks = new Map();
  }

  /** The names that have a place. */
  get loose() {
    return [...this.marks.values()];
  }

  /** Find their places on the map that has come. */
  setPlaces() {
    const at = densest(this.places.xy, this.members.map(([, list]) => list));
    this.members.forEach(([label], i) => {
      if (!at[i]) this.marks.delete(label);
      else if (this.marks.has(label)) this.places.send(this.marks.get(label), at[i]);
      else this.marks.set(label, { ...at[i] });
    });
  }

  /** @param {(label: number) => boolean} isShown */
  draw(context, camera, theme, isShown) {
    const size = Math.min(SIZES[1], Math.max(SIZES[0], Math.round(camera.width / ACROSS)));
    context.font = `700 ${size}px ${theme.font}`;
    const names = [...this.marks]
      .filter(([label]) => isShown(label))
      .sort(([, a], [, b]) => b.weight - a.weight)
      .map(([label, mark]) => {
        const { x, y } = this.places.whereIs(mark);
        const [px, py] = toScreen(camera, x, y);
        const words = className(this.codes.classes, label);
        return { words, x: px, y: py, width: context.measureText(words).width + ROOM, height: size + ROOM };
      });
    drawNames(context, this.places.isStill() ? aside(names) : fading(names), theme, size);
  }
}
