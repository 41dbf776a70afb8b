/**
 * Canvases as files: enlarged, and on white paper with their axes.
 * @module
 */

/**
 * Enlarge a canvas to at least `least` pixels along its longer side, in whole multiples with hard-edged pixels.
 * @returns {HTMLCanvasElement}
 */
export function enlarge(canvas, least) {
  const scale = Math.max(1, Math.ceil(least / Math.max(canvas.width, canvas.height)));
  const large = document.createElement("canvas");
  Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large;
}

const INK = "#1d1f2b"; // on white paper, in light and dark alike: it goes on a sheet

/**
 * Put a picture on a white sheet with names and values in its margins, to be printed.
 * @param {HTMLCanvasElement} canvas
 * @param {object} axes places are shares of the picture's width from the left, or of its height from the top
 * @param {string} axes.title above the picture
 * @param {{name: string, ticks: {at: number, text: string}[]}} axes.x
 * @param {{name: string, ticks: {at: number, text: string}[]}} [axes.y]
 * @returns {HTMLCanvasElement}
 */
export function sheet(canvas, { title, x, y }) {
  const text = Math.round(Math.max(canvas.width, canvas.height) / 50);
  const [left, top] = [y ? 4 * text : text, 2.4 * text];
  const page = document.createElement("canvas");
  Object.assign(page, { width: left + canvas.width + text, height: top + canvas.height + 3.8 * text });
  const context = page.getContext("2d");
  const write = (words, at, align, font = "") => {
    Object.assign(context, { textAlign: align, textBaseline: "middle", font: `${font} ${text}px sans-serif` });
    context.fillText(words, ...at);
  };
  context.fillStyle = "#fff";
  context.fillRect(0, 0, page.width, page.height);
  context.drawImage(canvas, left, top);
  context.fillStyle = INK;
  write(title, [left, top / 2], "left", "bold");
  const below = top + canvas.height;
  for (const { at, text: value } of x.ticks) write(value, [left + at * canvas.width, below + text], "center");
  write(x.name, [left + canvas.width / 2, below + 2.5 * text], "center", "bold");
  for (const { at, text: value } of y?.ticks ?? []) write(value, [left - 0.6 * text, top + at * canvas.height], "right");
  if (y) write(y.name, [0.5 * text, top + canvas.height / 2], "left", "bold");
  return page;
}
