/**
 * What is seen of the dice throw: the machine, the cloud on its line, the plane; later the clouds of two ways to estimate a slope.
 * @module
 */

import { arrow, axis, bars, binned, hill, label, scale } from "../../frame/axes.js";
import { pathOf, s } from "../../frame/figure.js";
import { mark } from "../../frame/marks.js";
import { plane } from "../../toy/plane.js";
import { machine } from "./machine.js";

const LINE = [-3, -2, -1, 0, 1, 2, 3];
const SLOPES = [-12, 16]; // what the histograms reach from and to
const BINS = 56;

const bell = (x) => Math.exp(-0.5 * x * x);

const shown = ({ toy, point, frame }) => ({ toy, point, words: frame.words.texts.planeOfThings });

/** @param {any} lesson @param {import("../../frame/figure.js").Size} size */
export const scene = (lesson, size) => (lesson.frame.at ? estimates(lesson, size) : throwing(lesson, size));

function throwing(lesson, size) {
  const { width, height, em, narrow } = size;
  const numbers = lesson.numbers();
  const values = { mean: numbers.mean, sigma: numbers.sigma, noise: numbers.noise, code: numbers.z, cost: numbers.loss };
  const slopes = { z: numbers.dz, mean: numbers.dmean, sigma: numbers.dsigma };
  const top = em * 10.4;
  const side = Math.min(height - top - em * 0.5, width * 0.42);
  return [
    machine(size, { stage: lesson.stage, cut: lesson.way === "direct", values, slopes }),
    line(lesson, { left: em * 0.8, right: width - side - em * 1.6, top, bottom: height - em * 1.6, em, narrow }),
    plane({ ...shown(lesson), expected: lesson.passed.expected }, { left: width - side, top, side, em }),
  ];
}

/** The cloud q(z|x) on the line of codes, and how the noise says which of its points is drawn. */
function line(lesson, { left, right, top, bottom, em, narrow }) {
  const { mean, sigma, noise, passed, way, frame } = lesson;
  const x = scale(-3, 3, left, right);
  const base = top + (bottom - top) * 0.52;
  const tall = (base - top) * 0.9;
  const z = Math.max(-3.2, Math.min(3.2, passed.z));
  const write = (tick) => frame.words.number(tick, 0);
  const direct = way === "direct";
  return s("g", { class: "line-of-codes" },
    hill(x, base, (at) => tall * bell((at - mean) / sigma) * Math.min(1, 0.3 / sigma), [-3, 3], { "data-symbol": "belief" }, 240),
    axis(x, base, LINE, write, em),
    s("g", { "data-symbol": "sigma" }, s("rect", { x: x(mean - sigma), y: base - 3, width: x(sigma) - x(-sigma), height: 6, rx: 3, class: "solid" })),
    mark("mean", x(mean), base, em * 0.5),
    !direct && arrow([x(mean), base - em * 0.9], [x(z), base - em * 0.9], { "data-symbol": "noise" }),
    !direct && s("path", { class: "thread", d: `M${x(z)} ${base}L${x(noise)} ${bottom - em * 0.4}` }),
    !direct && axis(x, bottom - em * 0.4, LINE, write, em),
    !direct && mark("noise", x(Math.max(-3.2, Math.min(3.2, noise))), bottom - em * 0.4, em * 0.5),
    mark("code", x(z), base, em * 0.48),
    !narrow && label(left, top - em * 0.1, frame.words.texts.lineOfCodes, { class: "fine", "text-anchor": "start" }),
  );
}

function estimates(lesson, { width, height, em }) {
  const { frame, mean, drawn } = lesson;
  const words = frame.words.texts;
  const x = scale(...SLOPES, em * 0.8, width - em * 0.8);
  const half = (height - em * 2) / 2;
  const write = (tick) => frame.words.number(tick, 0);
  const rows = lesson.clouds.map((cloud, i) => {
    const base = half * (i + 1) - em * 0.4;
    const counts = binned(cloud, ...SLOPES, BINS);
    const tall = half - em * 3.2;
    return s("g", { "data-symbol": i ? "truth" : "code" },
      label(x(SLOPES[0]), base - half + em * 1.7, i ? words.byScore : words.through, { "text-anchor": "start", class: "title" }),
      drawn && bars(counts, x(SLOPES[0]), x(SLOPES[1]), base, tall, Math.max(...counts), {}),
        s("path", { class: "tick", d: `M${x(SLOPES[0])} ${base}H${x(SLOPES[1])}` }));
  });
  const truth = s("g", { "data-symbol": "mean" }, s("path", { class: "stroke", d: `M${x(2 * mean)} ${em * 2.2}V${2 * half - em * 0.4}` }));
  return [...rows, truth, axis(x, 2 * half, [-10, -5, 0, 5, 10, 15], write, em)];
}
