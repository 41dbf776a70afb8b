/**
 * The points of a map stamped into pixels by the processor, where there is no WebGL.
 *
 * Pixels are held as the graphics processor holds them, with their colour already multiplied by their opacity (Porter &
 * Duff 1984), and two of the four channels go through one multiplication. The stamps are cut once for each quarter of a
 * pixel that a point may lie off its pixel's middle, so that points glide and do not jump when the map moves.
 * @module
 */

const PARTS = 4; // places inside a pixel, each way
const MOST_RATIO = 1; // device pixels a CSS pixel: four times the pixels would be a quarter of the frames
const ODD = 0x00ff00ff;
const HALF = 0x00800080; // rounds both channels of a product

/**
 * @typedef {object} Stamp
 * @property {Int32Array} full where the disc covers whole pixels, as distances from the middle pixel in the array
 * @property {Int32Array} edge where it covers a part of them
 * @property {Int32Array} shares how opaque each edge pixel is, in 1/256
 */

/**
 * Cut the stamps of a disc: one for each place inside a pixel, its edge one pixel wide.
 * @param {number} diameter pixels
 * @param {number} opacity in [0, 1]
 * @param {number} stride pixels in a row of the array that is stamped on
 * @returns {{stamps: Stamp[], share: number, reach: number}} `share`: opacity of whole pixels in 1/256; `reach`: pixels
 *   that any stamp extends from its middle pixel
 */
export function cut(diameter, opacity, stride) {
  const reach = reachOf(diameter);
  const share = Math.round(256 * opacity);
  const stamps = [];
  for (let part = 0; part < PARTS * PARTS; part += 1) {
    // The pixel's middle is at a half, and each part stands for the middle of its quarter.
    const [x, y] = [part % PARTS, Math.floor(part / PARTS)].map((quarter) => (quarter + 0.5) / PARTS - 0.5);
    stamps.push(cutOne(x, y, diameter / 2, opacity, reach, stride));
  }
  return { stamps, share, reach };
}

/** How many pixels a disc extends from the pixel that its middle is in. */
const reachOf = (diameter) => Math.ceil(diameter / 2 + 0.5);

/** @returns {Stamp} */
function cutOne(x, y, radius, opacity, reach, stride) {
  const [full, edge, shares] = [[], [], []];
  for (let row = -reach; row <= reach; row += 1) {
    for (let column = -reach; column <= reach; column += 1) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(column - x, row - y)));
      const share = Math.round(256 * opacity * cover);
      if (cover === 1) full.push(row * stride + column);
      else if (share > 0) {
        edge.push(row * stride + column);
        shares.push(share);
      }
    }
  }
  return { full: Int32Array.from(full), edge: Int32Array.from(edge), shares: Int32Array.from(shares) };
}

/** Lay a colour over a pixel: both red, green, blue, opacity from the lowest byte up, the pixel premultiplied. */
function over(pixel, odd, even, share) {
  const left = 256 - share;
  const low = (Math.imul(odd, share) + Math.imul(pixel & ODD, left) + HALF) >>> 8;
  const high = Math.imul(even, share) + Math.imul((pixel >>> 8) & ODD, left) + HALF;
  return (low & ODD) | (high & ~ODD);
}

/**
 * Stamp the points of one level, in their order, on premultiplied pixels.
 * @param {Uint32Array} pixels [height, width], with a border of `reach` around what will be seen
 * @param {number} width
 * @param {number} height
 * @param {ReturnType<typeof cut>} cutting
 * @param {object} points
 * @param {Float32Array} points.xy [2N] map units
 * @param {Uint8Array} points.colours [3N]
 * @param {Uint8Array} points.levels [N]
 * @param {number} level the one to stamp
 * @param {{x: number, y: number, scale: number}} view pixels of the array are (place - (x, y)) * scale, y upwards, from
 *   the array's middle
 */
export function stamp(pixels, width, height, { stamps, share, reach }, { xy, colours, levels }, level, { x, y, scale }) {
  const n = Math.min(xy.length / 2, Math.floor(colours.length / 3), levels.length);
  const [right, bottom] = [width - reach, height - reach];
  for (let i = 0; i < n; i += 1) {
    if (levels[i] !== level) continue;
    const px = (xy[2 * i] - x) * scale + width / 2;
    const py = height / 2 - (xy[2 * i + 1] - y) * scale;
    if (!(px >= reach && py >= reach && px < right && py < bottom)) continue; // also where it is no number
    const [column, row] = [px | 0, py | 0];
    const cutting = stamps[(((py - row) * PARTS) | 0) * PARTS + (((px - column) * PARTS) | 0)];
    press(pixels, row * width + column, cutting, share, colours[3 * i] | (colours[3 * i + 2] << 16), colours[3 * i + 1] | 0xff0000);
  }
}

/** Press one stamp. @param {Stamp} stamp @param {number} odd red and blue @param {number} even green and opacity */
function press(pixels, middle, { full, edge, shares }, share, odd, even) {
  for (let j = 0; j < full.length; j += 1) pixels[middle + full[j]] = over(pixels[middle + full[j]], odd, even, share);
  for (let j = 0; j < edge.length; j += 1) pixels[middle + edge[j]] = over(pixels[middle + edge[j]], odd, even, shares[j]);
}

/** For each opacity and each premultiplied value, the value itself. */
const PLAIN = new Uint8Array(65536);
for (let alpha = 1; alpha < 256; alpha += 1) {
  for (let value = 0; value < 256; value += 1) PLAIN[(alpha << 8) | value] = Math.min(255, Math.round((255 * value) / alpha));
}

/**
 * Copy what is seen out of the stamped pixels, its colours no longer multiplied, as `ImageData` wants them.
 * @param {Uint32Array} pixels [height + 2 border, width + 2 border]
 * @param {Uint32Array} image [height, width]
 */
export function develop(pixels, image, width, height, border) {
  const stride = width + 2 * border;
  for (let row = 0; row < height; row += 1) {
    let from = (row + border) * stride + border;
    for (let to = row * width; to < (row + 1) * width; to += 1, from += 1) {
      const pixel = pixels[from];
      const alpha = pixel >>> 24;
      if (alpha === 0 || alpha === 255) image[to] = pixel;
      else {
        const at = alpha << 8;
        image[to] =
          PLAIN[at | (pixel & 255)] | (PLAIN[at | ((pixel >>> 8) & 255)] << 8) | (PLAIN[at | ((pixel >>> 16) & 255)] << 16) | (alpha << 24);
      }
    }
  }
}

/** Make a canvas's own pixels fit its size on the screen. */
export function sized(canvas, width, height, ratio) {
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * ratio)));
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const [cssWidth, cssHeight] = [`${width}px`, `${height}px`];
  if (canvas.style.width !== cssWidth) canvas.style.width = cssWidth;
  if (canvas.style.height !== cssHeight) canvas.style.height = cssHeight;
}

/** What draws the points where there is no WebGL; see `createPoints`. */
export class Stamps {
  name = "stamps";

  /** @param {HTMLCanvasElement} element @param {number[]} shares how opaque points of each level are */
  constructor(element, shares) {
    this.element = element;
    this.shares = shares;
    this.context = element.getContext("2d");
    this.points = { xy: new Float32Array(0), colours: new Uint8Array(0), levels: new Uint8Array(0) };
    this.pixels = new Uint32Array(0);
  }

  setPlaces(xy) {
    this.points.xy = xy;
  }

  setColours(colours) {
    this.points.colours = colours;
  }

  setLevels(levels) {
    this.points.levels = levels;
    this.present = [0, 1, 2].map((level) => levels.includes(level));
  }

  /** @param {import("./camera.js").Camera} camera @param {import("./points.js").Look} look */
  draw({ x, y, scale, width, height }, { size, opacity, ratio = 1 }) {
    const own = Math.min(MOST_RATIO, ratio);
    sized(this.element, width, height, own);
    const [w, h] = [this.element.width, this.element.height];
    const diameter = Math.max(1, size * own);
    const border = 2 * reachOf(diameter);
    this.#clear(w, h, border);
    for (const level of [1, 2]) {
      if (!this.present?.[level]) continue;
      const cutting = cut(diameter, opacity * this.shares[level], w + 2 * border);
      stamp(this.pixels, w + 2 * border, h + 2 * border, cutting, this.points, level, { x, y, scale: scale * own });
    }
    develop(this.pixels, new Uint32Array(this.image.data.buffer), w, h, border);
    this.context.putImageData(this.image, 0, 0);
  }

  destroy() {
    this.pixels = new Uint32Array(0);
    this.image = null;
  }

  #clear(width, height, border) {
    if (this.image?.width !== width || this.image?.height !== height) this.image = new ImageData(width, height);
    const length = (width + 2 * border) * (height + 2 * border);
    if (this.pixels.length !== length) this.pixels = new Uint32Array(length);
    else this.pixels.fill(0);
  }
}
