import assert from "node:assert/strict";
import { test } from "node:test";
import { createPoints } from "../../assets/live/shared/draw/points.js";

/** Canvases of a browser without WebGL, or in which it may not be used: they remember what was asked of them. */
function canvases() {
  const made = [];
  const make = () => {
    const canvas = {
      asked: [], style: {}, dataset: {},
      setAttribute() {},
      addEventListener() {},
      getContext(kind) {
        canvas.asked.push(kind);
        return kind === "2d" && canvas.asked.length === 1 ? {} : null; // after one kind, never another
      },
    };
    made.push(canvas);
    return canvas;
  };
  return { made, make };
}

test("where there is no WebGL the processor draws, on a canvas of which nothing else was asked", () => {
  const { made, make } = canvases();
  const points = createPoints({ canvas: make, webgl: true });
  assert.equal(points.kind, "canvas");
  assert.deepEqual(points.element.asked, ["2d"]);
  assert.equal(made[0].asked[0], "webgl2");
});

test("where WebGL is turned off it is not asked for", () => {
  const { made, make } = canvases();
  assert.equal(createPoints({ canvas: make, webgl: false }).kind, "canvas");
  assert.deepEqual(made.flatMap(({ asked }) => asked), ["2d"]);
});
