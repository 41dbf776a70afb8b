import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, develop, stamp } from "../../assets/live/shared/draw/stamps.js";

const WIDTH = 40;
const HEIGHT = 30;

/** Stamp points given by their pixels, and read the picture as [red, green, blue, opacity] of each pixel. */
function picture(places, colours, { diameter = 6, opacity = 1, levels = places.map(() => 2), level = 2 } = {}) {
  const cutting = cut(diameter, opacity, WIDTH + 2 * 8);
  const pixels = new Uint32Array((WIDTH + 16) * (HEIGHT + 16));
  const points = {
    xy: Float32Array.from(places.flatMap(([x, y]) => [x - WIDTH / 2, HEIGHT / 2 - y])),
    colours: Uint8Array.from(colours.flat()),
    levels: Uint8Array.from(levels),
  };
  stamp(pixels, WIDTH + 16, HEIGHT + 16, cutting, points, level, { x: 0, y: 0, scale: 1 });
  const image = new Uint32Array(WIDTH * HEIGHT);
  develop(pixels, image, WIDTH, HEIGHT, 8);
  const bytes = new Uint8Array(image.buffer);
  return (x, y) => [...bytes.subarray(4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 4)];
}

const RED = [200, 10, 30];
const BLUE = [0, 80, 255];
const cells = Array.from({ length: WIDTH * HEIGHT }, (_, i) => [i % WIDTH, Math.floor(i / WIDTH)]);
const near = (a, b, tolerance) => a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= tolerance, `${a} is not within ${tolerance} of ${b}`));

test("a disc has the area of a circle, its colour and no other, and lies where it should", () => {
  for (const diameter of [1, 2.5, 4, 6, 9]) {
    for (const [cx, cy] of [[20, 15], [20.5, 15.5], [13.3, 9.9]]) {
      const at = picture([[cx, cy]], [RED], { diameter });
      let [mass, x, y] = [0, 0, 0];
      for (const [column, row] of cells) {
        const [red, green, blue, alpha] = at(column, row);
        if (alpha === 0) continue;
        if (alpha > 60) near([red, green, blue], RED, 3);
        mass += alpha / 255;
        x += (column + 0.5) * (alpha / 255);
        y += (row + 0.5) * (alpha / 255);
      }
      assert.ok(Math.abs(mass / (Math.PI * (diameter / 2) ** 2) - 1) < (diameter < 2 ? 0.45 : 0.12), `${diameter}: ${mass}`);
      assert.ok(Math.hypot(x / mass - cx, y / mass - cy) < 0.25, `${x / mass} ${y / mass} for ${cx} ${cy}`); // an eighth of a pixel in x and in y, and rounding
    }
  }
});

test("a disc is round: as far in one direction as in any other", () => {
  const at = picture([[20, 15]], [RED], { diameter: 12 });
  for (const [column, row] of cells) {
    const distance = Math.hypot(column + 0.5 - 20, row + 0.5 - 15);
    if (distance < 5.2) assert.equal(at(column, row)[3], 255);
    if (distance > 6.8) assert.equal(at(column, row)[3], 0);
  }
});

test("what lies on what is blended as Porter and Duff say, to a few levels", () => {
  const opacity = 0.3;
  const order = [RED, BLUE, RED, RED, BLUE, [255, 255, 255], [0, 0, 0], BLUE];
  const at = picture(order.map(() => [20, 15]), order, { opacity });
  let [colour, alpha] = [[0, 0, 0], 0];
  for (const over of order) {
    colour = colour.map((value, i) => over[i] * opacity + value * (1 - opacity));
    alpha = opacity + alpha * (1 - opacity);
  }
  near(at(20, 15), [...colour.map((value) => value / alpha), 255 * alpha], 4);
});

test("a thousand faint points of one colour keep that colour", () => {
  for (const opacity of [0.03, 0.1, 0.5]) { // half a level is lost for each share of the opacity that one adds
    const at = picture(Array(1000).fill([20, 15]), Array(1000).fill(RED), { opacity });
    near(at(20, 15).slice(0, 3), RED, 0.6 / opacity + 3);
    assert.ok(at(20, 15)[3] > 220);
  }
});

test("points at the edge are cut off there, and points outside draw nothing", () => {
  const whole = picture([[20, 15]], [RED]);
  const edge = picture([[0, 15]], [RED]);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < 6; x += 1) assert.deepEqual(edge(x, y), whole(x + 20, y));
  }
  const nothing = picture([[-9, 15], [WIDTH + 9, 15], [20, -9], [20, HEIGHT + 9], [NaN, 15], [20, Infinity], [1e12, -1e12]], Array(7).fill(RED));
  for (const [x, y] of cells) assert.equal(nothing(x, y)[3], 0);
});

test("points of another level are left out", () => {
  const at = picture([[10, 15], [30, 15]], [RED, BLUE], { levels: [1, 2], level: 1 });
  assert.equal(at(10, 15)[3], 255);
  assert.equal(at(30, 15)[3], 0);
});

test("opaque pixels and clear ones are developed as they are", () => {
  const pixels = Uint32Array.of(0xff123456, 0, 0x80402010, 0x01010001);
  const image = new Uint32Array(4);
  develop(pixels, image, 4, 1, 0);
  assert.deepEqual([...image], [0xff123456, 0, 0x80804020, 0x01ff00ff]);
});
