/**
 * The points of a map as discs, drawn by the graphics processor, or stamped by the processor where there is none to be had.
 *
 * The canvas is transparent: what lies under the points shows between them.
 * @module
 */

import { sized, Stamps } from "./stamps.js";

const FAINT = 0.2; // how opaque a point out of focus is, as a share of the others
const EMULATED = /swiftshader|llvmpipe|softpipe|software|basic render/i; // WebGL that the processor computes
const MANY = 20_000; // points from which stamps are several times as fast as such a WebGL
const PATIENCE = 3000; // ms in which a lost context may come back, until the processor draws

const VERTEX = `#version 300 es
in vec2 place;
in vec4 paint; // red, green, blue and level: 0 hidden, 1 faint, 2 full, over 255
uniform vec4 camera; // centre in map units, then how much of the viewport a unit is
uniform vec3 look; // diameter in pixels, opacity, the level to draw
out vec4 colour;
void main() {
  bool shown = abs(paint.a * 255.0 - look.z) < 0.5;
  // Beyond the viewport where it is not shown: such a point costs no pixel.
  gl_Position = shown ? vec4((place - camera.xy) * camera.zw, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = look.x + 1.0; // half a pixel on each side for the smooth edge
  colour = vec4(paint.rgb, look.y);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour;
uniform vec3 look;
out vec4 painted;
void main() {
  float distance = length(gl_PointCoord - 0.5) * (look.x + 1.0);
  float alpha = clamp(0.5 * look.x + 0.5 - distance, 0.0, 1.0) * colour.a;
  painted = vec4(colour.rgb * alpha, alpha);
}`;

/**
 * @typedef {object} Look
 * @property {number} size diameter in CSS pixels
 * @property {number} opacity in [0, 1]
 * @property {number} [ratio] device pixels a CSS pixel
 */

/** How opaque points of each level are, as a share. */
export const SHARES = [0, FAINT, 1];

/**
 * Make what draws the points.
 * @param {object} [options]
 * @param {() => HTMLCanvasElement} [options.canvas] makes the element to draw on
 * @param {boolean} [options.webgl] whether to try the graphics processor; `?webgl=off` in the address says no
 * @param {(kind: "webgl" | "canvas") => void} [options.onChange] after WebGL was lost for good. The element is a new one
 *   then, as it is after `setPlaces` with very many points, and has taken the old one's place in the page
 */
export function createPoints({ canvas = () => document.createElement("canvas"), webgl = isAllowed(), onChange = () => {} } = {}) {
  return new Points(canvas, webgl, onChange);
}

const isAllowed = () => new URLSearchParams(globalThis.location?.search).get("webgl") !== "off";

class Points {
  #drawn = null;
  #waiting = 0;

  constructor(canvas, webgl, onChange) {
    this.makeCanvas = canvas;
    this.onChange = onChange;
    this.data = { xy: new Float32Array(0), colours: new Uint8Array(0), levels: new Uint8Array(0) };
    // A canvas that had one context never gives another, so each way of drawing gets its own.
    const sprites = webgl ? spritesOn(canvas()) : null;
    /** @type {"webgl" | "canvas"} whether this browser has WebGL; many points are stamped also where it is an emulated one */
    this.kind = sprites ? "webgl" : "canvas";
    this.inner = sprites ?? new Stamps(canvas(), SHARES);
    if (sprites) this.#watch(sprites.element);
    this.#dress();
  }

  /** @returns {HTMLCanvasElement} */
  get element() {
    return this.inner.element;
  }

  /** @param {Float32Array} xy [2N] map units; a place that is not finite is not drawn */
  setPlaces(xy) {
    this.data.xy = xy;
    if (this.inner.isEmulated && xy.length > 2 * MANY) this.#stamp();
    else this.inner.setPlaces(xy);
  }

  /** @param {Uint8Array} colours [3N] red, green, blue */
  setColours(colours) {
    this.data.colours = colours;
    this.inner.setColours(colours);
  }

  /** @param {Uint8Array} levels [N] 0 hidden, 1 faint, 2 full; faint points lie below full ones */
  setLevels(levels) {
    this.data.levels = levels;
    this.inner.setLevels(levels);
  }

  /** Draw what a camera sees. @param {import("./camera.js").Camera} camera @param {Look} look */
  draw(camera, look) {
    this.#drawn = [camera, look];
    this.inner.draw(camera, look);
  }

  /** Let go of all memory; nothing is drawn any more. */
  destroy() {
    clearTimeout(this.#waiting);
    this.#drawn = null;
    this.destroyed = true;
    this.inner.destroy();
  }

  #watch(element) {
    element.addEventListener("webglcontextlost", (event) => {
      event.preventDefault(); // or it would never come back
      if (this.inner.element === element && !this.destroyed) this.#waiting = setTimeout(() => this.#fallBack(), PATIENCE);
    });
    element.addEventListener("webglcontextrestored", () => {
      clearTimeout(this.#waiting);
      if (this.inner.element === element && !this.destroyed) this.#replace(new Sprites(this.inner.gl));
    });
  }

  #fallBack() {
    this.kind = "canvas";
    this.#stamp();
    this.onChange(this.kind);
  }

  /** Go over to stamps, on a new canvas in the place of the old one. */
  #stamp() {
    const old = this.inner;
    this.#replace(new Stamps(this.makeCanvas(), SHARES));
    this.element.className = old.element.className;
    this.#dress();
    old.element.replaceWith(this.element);
    old.destroy();
  }

  #replace(inner) {
    this.inner = inner;
    this.setPlaces(this.data.xy);
    this.setColours(this.data.colours);
    this.setLevels(this.data.levels);
    if (this.#drawn) this.inner.draw(...this.#drawn);
  }

  #dress() {
    this.element.style.background = "transparent"; // pictures' canvases are black
    this.element.setAttribute("aria-hidden", "true");
    this.element.dataset.role = "points";
    this.element.dataset.kind = this.kind;
    this.element.dataset.by = this.inner.name;
  }
}

/** Sprites on a canvas, or null where there is no WebGL, or one that does not take the shaders. @param {HTMLCanvasElement} canvas */
function spritesOn(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: true, premultipliedAlpha: true, antialias: false, depth: false, stencil: false });
  try {
    return gl && !gl.isContextLost() ? new Sprites(gl) : null;
  } catch (error) {
    console.warn(error); // a driver's fault, and no reason to show no map
    return null;
  }
}

/** The name of what computes the pixels. @param {WebGL2RenderingContext} gl */
function rendererOf(gl) {
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/** Points as sprites of the graphics processor. */
class Sprites {
  name = "sprites";

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    this.element = /** @type {HTMLCanvasElement} */ (gl.canvas);
    this.isEmulated = EMULATED.test(rendererOf(gl));
    this.count = 0;
    this.program = program(gl);
    gl.useProgram(this.program);
    this.camera = gl.getUniformLocation(this.program, "camera");
    this.look = gl.getUniformLocation(this.program, "look");
    this.places = attribute(gl, this.program, "place", 2, gl.FLOAT);
    this.paints = attribute(gl, this.program, "paint", 4, gl.UNSIGNED_BYTE);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  setPlaces(xy) {
    const { gl } = this;
    this.count = xy.length / 2;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.places);
    gl.bufferData(gl.ARRAY_BUFFER, xy, gl.DYNAMIC_DRAW);
  }

  setColours(colours) {
    this.colours = colours;
    this.stale = true;
  }

  setLevels(levels) {
    this.levels = levels;
    this.stale = true;
  }

  draw({ x, y, scale, width, height }, { size, opacity, ratio = 1 }) {
    const { gl, element } = this;
    if (gl.isContextLost()) return;
    if (this.stale) this.#paint();
    sized(element, width, height, ratio);
    const pixels = Math.max(1, size * ratio);
    // Larger than the canvas: a point whose centre is outside the viewport would be left out, with the half that is in view.
    const [w, h, edge] = [element.width, element.height, Math.ceil(pixels)];
    gl.viewport(-edge, -edge, w + 2 * edge, h + 2 * edge);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4f(this.camera, x, y, (2 * scale * ratio) / (w + 2 * edge), (2 * scale * ratio) / (h + 2 * edge));
    for (const level of [1, 2]) {
      if (!this.present?.[level]) continue;
      gl.uniform3f(this.look, pixels, opacity * SHARES[level], level);
      gl.drawArrays(gl.POINTS, 0, this.drawable);
    }
  }

  destroy() {
    this.gl.deleteBuffer(this.places);
    this.gl.deleteBuffer(this.paints);
    this.gl.deleteProgram(this.program);
    this.gl.getExtension("WEBGL_lose_context")?.loseContext(); // a browser has few of them
  }

  /** Put colours and levels side by side, four bytes a point. */
  #paint() {
    const { gl, colours = [], levels = [] } = this;
    const n = Math.min(Math.floor(colours.length / 3), levels.length);
    const paints = new Uint8Array(4 * n);
    this.present = [false, false, false];
    for (let i = 0; i < n; i += 1) {
      paints[4 * i] = colours[3 * i];
      paints[4 * i + 1] = colours[3 * i + 1];
      paints[4 * i + 2] = colours[3 * i + 2];
      paints[4 * i + 3] = levels[i];
      this.present[levels[i]] = true;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.paints);
    gl.bufferData(gl.ARRAY_BUFFER, paints, gl.DYNAMIC_DRAW);
    this.painted = n;
    this.stale = false;
  }

  /** How many points have a place, a colour and a level. */
  get drawable() {
    return Math.min(this.count, this.painted ?? 0);
  }
}

function program(gl) {
  const made = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(`The points' shader: ${gl.getProgramInfoLog(made)}`);
  return made;
}

function attribute(gl, made, name, size, type) {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  const location = gl.getAttribLocation(made, name);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, type, type !== gl.FLOAT, 0, 0);
  return buffer;
}
