/**
 * Measure the map from outside, beside in_page.js, which is loaded before: which movement of the pointer a decoded
 * picture shows, and when points are drawn. The same hooks count what plotly draws.
 *
 * A frame of points is one in which WebGL was told to draw at least `MANY` of them, or the canvas of points got new
 * pixels. What is drawn is timed in the first task after the frame that paints it.
 */
(() => {
  const MANY = 500; // plotly draws each class by itself
  const NEAR = 1.5; // pixels: the view is known to a tenth of one
  const map = (globalThis.mapSamples = { frames: [], panned: [], switched: [], firstPoints: null, grids: 0 });
  const { afterFrame } = globalThis.inPage;

  // Pictures under the pointer.

  let chart = null; // where the pointer is, or was last
  const onChart = (event) => event.composedPath().find((element) => element.dataset?.role === "chart");
  globalThis.inPage.follows = (event) => {
    chart = onChart(event) ?? chart;
    return Boolean(onChart(event)) && !event.buttons;
  };

  /** Find when the pointer was moved to where the map shows this place. */
  globalThis.inPage.finders.push(({ op, shape }, payload, moves) => {
    if (op !== "decode_point" || !chart) return null;
    if (shape[0] > 1) {
      map.grids += 1;
      return null;
    }
    const [x, y] = new Float32Array(payload);
    const [cx, cy, across] = chart.dataset.camera.split(",").map(Number);
    const box = chart.getBoundingClientRect();
    const scale = box.width / across;
    const [px, py] = [box.left + box.width / 2 + (x - cx) * scale, box.top + box.height / 2 - (y - cy) * scale];
    const far = (move) => Math.hypot(move.x - px, move.y - py);
    const nearest = moves.reduce((best, move) => (best && far(best) <= far(move) ? best : move), null);
    return nearest && far(nearest) < NEAR ? nearest.made : null;
  });

  // Points.

  let drew = false; // points, since the last frame
  let placed = null; // when a map was asked for whose places have come since
  let pressed = null;
  let pans = []; // when those moves of a held pointer were made that no frame of points has shown
  addEventListener("click", (event) => (pressed = event.timeStamp), true);
  const onPan = ({ buttons, timeStamp }) => buttons & 1 && pans.push(timeStamp);
  addEventListener("pointermove", onPan, true);

  const drawn = (count) => {
    if (count < MANY || drew) return;
    drew = true;
    const [shown, asked] = [pans, placed];
    pans = [];
    placed = null;
    afterFrame(() => {
      const now = performance.now();
      drew = false;
      map.frames.push(now);
      map.firstPoints ??= now;
      for (const made of shown) map.panned.push(now - made);
      if (asked !== null) map.switched.push(now - asked);
    });
  };
  // Where WebGL is an emulated one, very many points are stamped into pixels instead.
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    putImageData.apply(this, given);
    if (this.canvas.dataset?.role === "points") drawn(MANY);
  };
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
    const { drawArrays, drawElements, bufferData } = prototype;
    prototype.drawArrays = function (mode, first, count) {
      drawArrays.call(this, mode, first, count);
      drawn(count);
    };
    prototype.drawElements = function (mode, count, ...rest) {
      drawElements.call(this, mode, count, ...rest);
      drawn(count);
    };
    prototype.bufferData = function (target, data, ...rest) {
      bufferData.call(this, target, data, ...rest);
      if (data instanceof Float32Array && data.length >= 2 * MANY && pressed !== null) [placed, pressed] = [pressed, null];
    };
  }
})();
