/**
 * Measure Compare from outside, beside in_page.js, which is loaded before: two models, each with a picture, under one pointer.
 *
 * A movement counts as painted with the last of the two pictures that show it: the page draws both in the frame that shows the
 * movement, where both decode in the page itself.
 */
(() => {
  const onMap = (event) => event.composedPath().some((element) => element.dataset?.role === "map");
  globalThis.inPage.follows = (event) => onMap(event) && !event.buttons;
  globalThis.inPage.finders.push(() => null);
  // The first picture of a frame is not the answer yet: only with the last model's is a movement painted.
  const seen = new Map();
  const { drawImage, putImageData } = CanvasRenderingContext2D.prototype;
  for (const [name, draw] of Object.entries({ drawImage, putImageData })) {
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      if (this.canvas.dataset?.role !== "picture") return draw.apply(this, given);
      if (!seen.has(this.canvas)) seen.set(this.canvas, seen.size);
      if (seen.get(this.canvas) === seen.size - 1 && seen.size > 1) return draw.apply(this, given);
      this.canvas.dataset.role = "picture-before"; // drawn, and not counted
      try {
        return draw.apply(this, given);
      } finally {
        this.canvas.dataset.role = "picture";
      }
    };
  }
})();
