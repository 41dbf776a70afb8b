/**
 * The latent planes of both machines beside each other, with all that was drawn from them, and pictures of it.
 * @module
 */

import { label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { spots } from "../../real/dots.js";
import { placed } from "../../real/bell.js";
import { address } from "../water/digits.js";
import { PRIOR } from "./machines.js";

const CLASSES = 10;
const RINGS = [1, 2]; // standard deviations of the bell
const TURNS = 48; // points of a ring
const FEW = 8; // pictures of draws

/** Where the planes are: half of the width each, with a line for the title above and pictures below. */
function places({ width, height, em, narrow }) {
  const below = em * (narrow ? 6.8 : 8.4);
  const between = em * (narrow ? 0.8 : 2);
  const half = (width - between) / 2;
  const side = Math.min(half, height - below - em * 1.8);
  return ["ae", "vae"].map((name, i) => ({ name, left: i * (half + between), wide: half, top: em * 1.7, side, x: i * (half + between) + (half - side) / 2 }));
}

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export function scene(lesson, size) {
  lesson.planes = places(size);
  return lesson.planes.flatMap((place) => [plane(lesson, place, size), pictures(lesson, place, size)]);
}

/** The shares of a plane that a pixel of the drawing is at, or null beside both. */
export function machineAt({ planes = [] }, x, y) {
  const on = planes.find((each) => x >= each.x && x <= each.x + each.side && y >= each.top && y <= each.top + each.side);
  return on ? [(x - on.x) / on.side, (on.top + on.side - y) / on.side] : null;
}

function plane(lesson, { name, left, wide, x: from, top, side }, { em }) {
  const machine = lesson.machines[name];
  const [across, up] = machine.window;
  const x = scale(across[0], across[1], from, from + side);
  const y = scale(up[0], up[1], top + side, top);
  const z = machine.at(lesson.place);
  return s("g", { "data-plane": name },
    label(left + wide / 2, em, lesson.frame.words.texts[name], { class: "title" }),
    s("rect", { x: from, y: top, width: side, height: side, rx: 6, class: "ground" }),
    ground(machine, { x, y, top, side }),
    lesson.thrown && drawn(lesson, name, { x, y, em }),
    s("path", { class: "thread", d: `M${x(z[0])} ${top}V${top + side}M${from} ${y(z[1])}H${from + side}` }),
    mark("code", x(z[0]), y(z[1]), em * 0.42));
}

/** The codes of real digits as a picture, painted once for each size. */
function ground(machine, { x, y, top, side }) {
  const [left] = machine.window[0].map(x);
  if (machine.ground?.side !== side) machine.ground = { side, href: spots(machine.shown, CLASSES, (a) => x(a) - left, (b) => y(b) - top, side) };
  return s("image", { x: left, y: top, width: side, height: side, href: machine.ground.href, class: "spots" });
}

function drawn(lesson, name, { x, y, em }) {
  const { machines, bell, frame } = lesson;
  const { codes } = lesson.drawn[name];
  const ringed = lesson.ringed(name);
  const { mean, root } = frame.at && bell === "prior" ? PRIOR : machines[name].own;
  const [left, right] = machines[name].window[0].map(x);
  const [bottom, top] = machines[name].window[1].map(y);
  const held = (a, low, high) => Math.max(low, Math.min(high, a));
  const ring = (far) => Array.from({ length: TURNS + 1 }, (_, i) => {
    const [a, b] = [far * Math.cos((2 * Math.PI * i) / TURNS), far * Math.sin((2 * Math.PI * i) / TURNS)];
    const [u, v] = placed({ mean, root }, [a, b]);
    return [held(x(u), left, right), held(y(v), top, bottom)];
  });
  const spot = ([a, b], i) => {
    const inside = x(a) >= left && x(a) <= right && y(b) >= top && y(b) <= bottom;
    const look = ringed[i] ? { r: em * 0.28, class: "fallen ringed" } : { r: em * 0.14, class: "fallen" };
    return inside && s("circle", { cx: x(a).toFixed(1), cy: y(b).toFixed(1), ...look });
  };
  return s("g", {}, ...RINGS.map((far) => s("path", { class: "bell-ring", d: pathOf(ring(far)), "data-symbol": "belief" })), ...codes.map(spot));
}

/** The first few draws as addresses, painted once. */
const painted = (machine, drawn) => (drawn.painted ??= drawn.codes.slice(0, FEW).map((z) => address(machine.decode(z))));

/** What is drawn at the place that is pointed at, large, and a few draws beside it. */
function pictures(lesson, { name, left, wide, top, side }, { em, narrow }) {
  const machine = lesson.machines[name];
  const line = top + side + em * 0.7;
  const tall = em * (narrow ? 6 : 7.6);
  const gap = 3;
  const columns = FEW / 2;
  const small = Math.min((tall - gap) / 2, (wide - em - tall * (narrow ? 0.75 : 1)) / columns - gap);
  const large = Math.min(tall, wide - em * 0.8 - columns * (small + gap));
  const start = left + (wide - large - em * 0.8 - columns * (small + gap)) / 2;
  const picture = (href, x, y, size, id, ring) => s("g", {},
    s("image", { x, y, width: size, height: size, href, class: "pixels", "data-picture": `${name}-${id}` }),
    ring && s("rect", { x, y, width: size, height: size, class: "ringed-frame" }));
  const ringed = lesson.ringed(name);
  const few = lesson.thrown ? painted(machine, lesson.drawn[name]).map((href, i) =>
    picture(href, start + large + em * 0.8 + (i % columns) * (small + gap), line + Math.floor(i / columns) * (small + gap), small, i, ringed[i])) : [];
  const at = lesson.thrown ? start : left + (wide - large) / 2;
  return s("g", {}, s("g", { "data-symbol": "code" }, picture(address(machine.decode(machine.at(lesson.place))), at, line, large, "here", false),
    s("rect", { x: at, y: line, width: large, height: large, class: "frame thin" })), ...few);
}
