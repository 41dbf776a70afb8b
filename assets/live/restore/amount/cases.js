/**
 * Cases where a VAE loses, each to be set up with one press; and the pictures that they need, drawn here.
 * @module
 */

/**
 * @typedef {object} Case
 * @property {string} title
 * @property {string} sentence why it loses
 * @property {string} corruption
 * @property {number} amount
 * @property {{key: string, name: string, draw: (x: number, y: number, size: [number, number]) => number} | null} picture drawn here: light in
 *   [0, 1] at a place in [0, 1], and key its name in an address; null: one of the data's own
 */

const clamp = (value) => Math.min(1, Math.max(0, value));
/** 1 inside a distance, 0 outside, soft over a 28th. */
const within = (distance, radius) => clamp((radius - distance) * 28 + 0.5);

/** Two strokes across two others: strokes as digits have them, and no digit. */
export function hash(x, y) {
  const inside = Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) < 0.36;
  return inside ? Math.max(...[0.36, 0.64].flatMap((at) => [within(Math.abs(x - at), 0.035), within(Math.abs(y - at), 0.035)])) : 0;
}

/** Hills under a sky with a sun: grey everywhere, as photos are. */
export function landscape(x, y) {
  const near = 0.68 + 0.1 * Math.sin(5 * x + 0.6);
  const far = 0.52 + 0.12 * Math.sin(7 * x + 2.5);
  const ground = y > near ? 0.22 + 0.25 * (y - near) : y > far ? 0.42 : null;
  if (ground !== null) return ground;
  return Math.max(0.62 + 0.25 * (1 - y), within(Math.hypot(x - 0.74, y - 0.22), 0.1));
}

/** Lines one pixel wide, two apart. */
export const lines = (x, y, [height]) => (Math.floor(y * height) % 3 === 0 ? 1 : 0);

/** @type {Case[]} */
export const CASES = [
  {
    title: "Little noise",
    sentence:
      "A VAE draws the whole picture anew from a short code, and what the code has no room for is gone. With little noise that costs more than the noise did.",
    corruption: "gaussian",
    amount: 0.05,
    picture: null,
  },
  {
    title: "Slight blur",
    sentence:
      "Hardly anything is lost, and a VAE that draws the whole picture anew loses more. " +
      "Filters for noise find none here and leave the picture as it is, which is right.",
    corruption: "blur",
    amount: 0.15,
    picture: null,
  },
  {
    title: "An unknown sign",
    sentence: "Strokes like a digit’s, but no digit. The decoder can only draw what its codes hold, so it draws the nearest thing that it knows.",
    corruption: "gaussian",
    amount: 0.3,
    picture: { key: "hash", name: "A hash sign", draw: hash },
  },
  {
    title: "A landscape",
    sentence: "Grey everywhere, as photos are. A filter knows nothing of any data, and so it is as good here as anywhere.",
    corruption: "gaussian",
    amount: 0.2,
    picture: { key: "landscape", name: "A landscape", draw: landscape },
  },
  {
    title: "Fine detail",
    sentence:
      "Lines one pixel wide. A short code has no room for texture, and a Gaussian filter blurs it. " +
      "Non-local means finds the same lines elsewhere in the picture, and keeps them.",
    corruption: "salt-and-pepper",
    amount: 0.05,
    picture: { key: "lines", name: "Fine lines", draw: lines },
  },
  {
    title: "All is lost",
    sentence:
      "A gap that covers everything. What is filled in is the mean of several guesses, grey and blurred, and the same for every picture. " +
      "The figures mean nothing here.",
    corruption: "block",
    amount: 1,
    picture: null,
  },
  {
    title: "Weak noise",
    sentence:
      "A VAE draws the whole series anew from a short code, and what the code has no room for is gone. With weak noise that costs more than the noise did.",
    corruption: "noise",
    amount: 0.05,
    picture: null,
  },
  {
    title: "Peaks cut a little",
    sentence: "Hardly anything is wrong, and only at the peaks. A VAE that draws the whole series anew is wrong everywhere, if only by little.",
    corruption: "saturation",
    amount: 0.1,
    picture: null,
  },
  {
    title: "A line that wanders",
    sentence:
      "A slow wave under a series is neither noise nor a gap. A model that never saw one takes it for part of the series and draws something else; " +
      "the nearest training series often come closer.",
    corruption: "wander",
    amount: 0.5,
    picture: null,
  },
  {
    title: "Scattered losses",
    sentence:
      "Where samples are lost here and there, their neighbours tell what they were. The best linear estimate, from a normal distribution, " +
      "is as good as a VAE here or better, and straight lines are not far.",
    corruption: "dropouts",
    amount: 0.2,
    picture: null,
  },
  {
    title: "Nothing is left",
    sentence: "A gap that covers everything. What is filled in is the mean of several guesses, and the same for every series. The figures mean nothing here.",
    corruption: "gap",
    amount: 1,
    picture: null,
  },
];

/** The cases that can be set up: with a corruption that things of this kind have, and with a picture only where pictures are restored. */
export const casesOf = (corruptions, { pixels }) =>
  CASES.filter(({ corruption, picture }) => corruptions.some(({ name }) => name === corruption) && (pixels || !picture));

/**
 * The picture of a case, by its name in an address; null where there is none of that name, or it is no picture that is restored.
 * @param {string | null | undefined} key
 * @param {import("../../shared/views/view.js").View} view
 * @returns {import("../source.js").Picture | null}
 */
export function casePicture(key, view) {
  const picture = view.pixels && CASES.find((each) => each.picture && each.picture.key === key)?.picture;
  return picture ? { pixels: drawCase(picture.draw, view), index: null, name: picture.name, label: "", how: "drawn", case: picture.key } : null;
}

/**
 * Draw a case's picture in a model's shape.
 * @param {(x: number, y: number, size: [number, number]) => number} light
 * @param {import("../../shared/views/view.js").View} view of images
 * @returns {Uint8Array} [H, W, C]
 */
export function drawCase(light, { size, shape: [height, width, channels] }) {
  return Uint8Array.from({ length: size }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    return Math.round(255 * clamp(light((x + 0.5) / width, (y + 0.5) / height, [height, width])));
  });
}
