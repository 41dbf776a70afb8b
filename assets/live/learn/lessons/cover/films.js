/**
 * Ten recorded runs of both rivals: the weights that draw at some stops of each, and what they reach. Pure but for the asking.
 * @module
 */

import { draw } from "../../../shared/space/normal.js";
import { bytes } from "../../../shared/wire/base64.js";
import { chance } from "../../frame/chance.js";
import { CODES, drawn, landed } from "./rivals.js";

export const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);
/** Steps of training at which a film stops; most is learnt at first. */
export const STOPS = Array.from({ length: 11 }, (_, k) => 20 * k * k);
export const DRAWN = 400; // points that are drawn to count by

/** @typedef {{reached: number, on: number}} Tally islands that draws have reached, and the share of draws on one */
/** @typedef {{vae: Float64Array[], gan: Float64Array[], judge: Float64Array}} Film the weights at each stop, and the judge's last ones */

/** The noise that a run draws from, always the same. @param {number} seed @returns {number[][]} [DRAWN][CODES] */
export function noiseOf(seed) {
  const random = chance(seed + 1000);
  return Array.from({ length: DRAWN }, () => draw(CODES, random));
}

/** @param {Float64Array} weights @param {number[][]} noise @returns {Tally} */
export function tally(weights, noise) {
  const { reached, on } = landed(drawn(weights, noise));
  return { reached: reached.filter(Boolean).length, on };
}

/** What a file keeps of weights. @param {{most: number, bytes: string}} kept */
const read = ({ most, bytes: text }) => Float64Array.from(new Int16Array(bytes(text).slice().buffer), (each) => each * most);

/** @param {{vae: any[], gan: any[], judge: any}} file @returns {Film} */
export const readFilm = ({ vae, gan, judge }) => ({ vae: vae.map(read), gan: gan.map(read), judge: read(judge) });

/** Ask for a file of the films. @param {URL} root of the Learn page's modules @param {string | number} name */
export const askFor = (root, name) => fetch(new URL(`lessons/cover/films/${name}.json`, root)).then((answer) => answer.json());
