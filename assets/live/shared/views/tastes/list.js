/**
 * Where a ranked list lies on a canvas, and how it is drawn: a bar of genres, and a row an item. Places are in CSS pixels.
 * @module
 */

import { areLikes, countOf, genresAt, genresOf, movedText, orderOf, shareText, sharesOf, titleOf } from "./ranks.js";

/**
 * @typedef {object} Layers what else is told of a taste
 * @property {ArrayLike<number>} [beneath] what it is compared to: what that likes is marked
 * @property {ArrayLike<number>} [given] likes that it was made from: they are left out of the list
 * @property {ArrayLike<number> | null} [before] the rank that each item had
 */

/** @typedef {import("../look.js").Look} Look @typedef {import("./ranks.js").Meaning} Meaning */

const ROOM = { width: 13, height: 9 }; // sizes of the text that a drawing has at least, to be a list
const BRIEF = 20; // the same, to tell more than titles
const ROW = 1.62; // of a row, in sizes of the text
const HEAD = { full: 3.4, brief: 1.3 }; // of what stands over the rows
const BAR = 0.2; // how dense the bars beneath the titles are
const PAD = 0.9; // around all
const WIDE = 26; // sizes of the text from which on there is room for how far an item has moved
const DOTS = 3; // genres of an item that are shown
const INSET = 0.06; // of a tile's shorter side
const GAP = 0.25; // of a bar's place in a tile

/**
 * Decide where everything goes; no rows where there is too little room for a list.
 * @param {{width: number, height: number, text: number}} size
 */
export function planOf({ width, height, text }) {
  if (width < ROOM.width * text || height < ROOM.height * text) return { rows: 0 };
  const brief = width < BRIEF * text;
  const pad = PAD * text * (brief ? 0.6 : 1);
  const top = pad + (brief ? HEAD.brief : HEAD.full) * text;
  const value = width - pad; // the right edge of the numbers
  const moved = value - 3.7 * text; // the right edge of how far one has moved
  const rank = pad + 1.5 * text; // the right edge of the ranks
  const dots = brief ? pad : rank + 0.8 * text;
  const tells = width > WIDE * text;
  const [title, words] = brief ? [pad + 1.3 * text, value] : [dots + DOTS * 0.78 * text, moved - (tells ? 3 : 0) * text];
  const rows = Math.floor((height - top - 0.4 * pad) / (ROW * text));
  return { width, text, height, pad, top, brief, tells, value, moved, rank, dots, title, words, rows, row: ROW * text };
}

/** Words cut to a width, with dots at their end. @param {any} context */
export function cut(context, words, width) {
  if (context.measureText(words).width <= width) return words;
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${words.slice(0, middle).trimEnd()}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${words.slice(0, low).trimEnd()}…`;
}

/**
 * Draw a taste, from the origin of the context on: a ranked list where there is room, and bars of its genres elsewhere.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {ArrayLike<number>} taste @param {Meaning} meaning
 * @param {Layers} layers
 * @param {Look} look
 */
export function draw(context, taste, meaning, width, height, layers, look) {
  const plan = planOf({ width, height, text: look.text });
  context.fillStyle = look.paper;
  context.fillRect(0, 0, width, height);
  const shares = sharesOf(taste, meaning);
  if (!plan.rows) drawBars(context, shares, width, height, look);
  else {
    context.save();
    context.textBaseline = "middle";
    drawHead(context, taste, shares, meaning, plan, look);
    drawRows(context, taste, meaning, layers, plan, look);
    context.restore();
  }
}

/** A bar for each genre, as long as its share. */
function drawBars(context, shares, width, height, look) {
  const inset = INSET * Math.min(width, height);
  const place = (height - 2 * inset) / shares.length;
  shares.forEach((share, genre) => {
    context.fillStyle = look.channel(genre, shares.length);
    context.fillRect(inset, inset + (genre + GAP / 2) * place, Math.max(1, share * (width - 2 * inset)), (1 - GAP) * place);
  });
}

/** All genres as parts of one bar, and the largest by name. */
function drawHead(context, taste, shares, meaning, { width, text, pad, brief }, look) {
  const names = genresOf(meaning);
  const long = width - 2 * pad;
  let x = pad;
  for (const [genre, share] of shares.entries()) {
    context.fillStyle = look.channel(genre, shares.length);
    context.fillRect(x, pad, Math.max(0, share * long - 1), 0.7 * text);
    x += share * long;
  }
  if (brief) return;
  const middle = pad + 1.75 * text;
  context.font = `${text}px ${look.font}`;
  x = pad;
  const likes = areLikes(taste) ? `${countOf(taste)} ${countOf(taste) === 1 ? "like" : "likes"}` : "";
  if (likes) {
    context.fillStyle = look.ink;
    context.fillText(likes, x, middle);
    x += context.measureText(likes).width + 1.2 * text;
  }
  for (const genre of orderOf(shares)) {
    const words = `${names[genre]} ${shareText(shares[genre])}`;
    const end = x + 0.9 * text + context.measureText(words).width;
    if (end > width - pad || shares[genre] < 0.01) break;
    dot(context, x + 0.3 * text, middle, 0.3 * text, look.channel(genre, shares.length));
    context.fillStyle = look.muted;
    context.fillText(words, x + 0.9 * text, middle);
    x = end + 1.1 * text;
  }
}

function dot(context, x, y, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function drawRows(context, taste, meaning, { beneath, given, before }, plan, look) {
  const likes = areLikes(taste);
  const order = orderOf(taste, meaning.usual).filter((number) => likes || !(given && given[number] > 0));
  const marked = beneath && areLikes(beneath) ? beneath : null;
  const shown = order.slice(0, Math.min(plan.rows, likes ? countOf(taste) : order.length));
  const most = taste[order[0]] || 1;
  shown.forEach((number, rank) => {
    const middle = plan.top + (rank + 0.5) * plan.row;
    if (!likes) drawShare(context, taste[number], most, middle, plan, look);
    drawTitle(context, number, rank, middle, taste.length, meaning, plan, look, { likes, liked: Boolean(marked && marked[number] > 0) });
    if (!likes && before && !given && plan.tells) drawMoved(context, movedText(before[number], rank), middle, plan, look);
  });
  if (likes && countOf(taste) > plan.rows) more(context, countOf(taste) - plan.rows, plan, look);
}

function drawTitle(context, number, rank, middle, n, meaning, plan, look, { likes, liked }) {
  const { text, dots, title, words, width, pad, brief } = plan;
  const count = genresOf(meaning).length;
  context.font = `${text}px ${look.font}`;
  context.textAlign = "right";
  context.fillStyle = liked ? look.accent : look.muted;
  if (!brief) context.fillText(liked ? "✓" : String(rank + 1), plan.rank, middle);
  context.textAlign = "left";
  genresAt(meaning, number, n)
    .slice(0, brief ? 1 : DOTS)
    .forEach((genre, i) => dot(context, dots + (0.3 + 0.72 * i) * text, middle, 0.28 * text, look.channel(genre, count)));
  context.font = `${liked ? "600 " : ""}${text}px ${look.font}`;
  context.fillStyle = look.ink;
  context.fillText(cut(context, titleOf(meaning, number), (likes ? width - pad : words) - title - 0.3 * text), title, middle);
}

/** How likely an item is: a bar beneath its title, as long as its share of the likeliest one's, and a number. */
function drawShare(context, share, most, middle, { text, row, title, words, value, brief }, look) {
  context.save();
  context.globalAlpha = BAR;
  context.fillStyle = look.accent;
  context.fillRect(title - 0.35 * text, middle - 0.42 * row, Math.max(1, ((words - title) * share) / most), 0.84 * row);
  context.restore();
  if (brief) return;
  context.font = `${text}px ${look.font}`;
  context.textAlign = "right";
  context.fillStyle = look.muted;
  context.fillText(shareText(share), value, middle);
  context.textAlign = "left";
}

function drawMoved(context, words, middle, { text, moved }, look) {
  context.font = `${0.85 * text}px ${look.font}`;
  context.textAlign = "right";
  context.fillStyle = words.startsWith("▲") ? look.accent : look.muted;
  context.fillText(words, moved, middle);
  context.textAlign = "left";
}

function more(context, count, { height, text, width, pad }, look) {
  context.font = `${text}px ${look.font}`;
  context.textAlign = "right";
  context.fillStyle = look.paper;
  const words = `and ${count} more`;
  const wide = context.measureText(words).width;
  context.fillRect(width - pad - wide - text, height - 1.9 * text, wide + text, 1.5 * text);
  context.fillStyle = look.muted;
  context.fillText(words, width - pad, height - 1.1 * text);
}
