/**
 * Measure the Interpolate page from outside, beside in_page.js, which is loaded before: which movement of the pointer on
 * a slider a decoded picture shows.
 *
 * A request for one picture carries the code of the place that the slider was told of last. The slider's value is a
 * straight line in the pointer's place, known from its own size and that of its thumb.
 */
(() => {
  const NEAR = 1.5; // pixels: a slider's steps and the pointer's whole pixels
  let slider = null; // the one that the pointer holds
  const onSlider = (event) => event.composedPath().find((element) => element.dataset?.role === "along");
  addEventListener("pointerdown", (event) => (slider = onSlider(event) ?? null), true);
  globalThis.inPage.follows = ({ buttons }) => Boolean(slider && buttons & 1);

  globalThis.inPage.finders.push(({ op, shape }, payload, moves) => {
    if (op !== "decode" || shape[0] !== 1 || !slider) return null;
    const { left, width } = slider.getBoundingClientRect();
    const thumb = Number.parseFloat(getComputedStyle(slider).getPropertyValue("--thumb"));
    const at = shareOf(new Float32Array(payload));
    const x = left + thumb / 2 + at * (width - thumb);
    const nearest = moves.reduce((best, move) => (best && Math.abs(best.x - x) <= Math.abs(move.x - x) ? best : move), null);
    return nearest && Math.abs(nearest.x - x) < NEAR ? nearest.made : null;
  });

  // The benchmark's path is a straight line between two anchors, so that a code tells its own place.
  let ends = null;
  const shareOf = (z) => {
    ends ??= new URLSearchParams(location.search).get("anchors").split(";").map((anchor) => anchor.slice(2).split(",").map(Number));
    const [a, b] = ends;
    const across = b.map((value, k) => value - a[k]);
    const along = across.reduce((sum, value, k) => sum + value * (z[k] - a[k]), 0);
    return along / across.reduce((sum, value) => sum + value * value, 0);
  };
})();
