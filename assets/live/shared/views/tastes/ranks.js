/**
 * What a taste says: which items are likeliest, what share each genre has, how far an item has moved. Pure functions.
 * @module
 */

import { percent } from "../../words/numbers.js";

/**
 * @typedef {object} Meaning what the numbers of a taste are
 * @property {string} [item] what one item is: "film"
 * @property {string[]} [items] their titles
 * @property {string[]} [genres] the names of the genres
 * @property {number[][]} [of] the genres of each item, by their numbers
 * @property {number[]} [usual] the share of people who like each
 */

const PARTS = 8; // that items are put into where nothing is said of genres
const SAID = 3; // items that are said

/** The title of an item, or its number, counted from one. @param {Meaning} meaning */
export const titleOf = ({ items, item = "item" }, number) => items?.[number] ?? `${item} ${number + 1}`;

/** The names of the genres; parts of the list where nothing is said of them. @param {Meaning} meaning @returns {string[]} */
export function genresOf({ genres, of }) {
  return genres?.length && of ? genres : Array.from({ length: PARTS }, (_, part) => `part ${part + 1}`);
}

/** The numbers of an item's genres. @param {Meaning} meaning @param {number} n items @returns {number[]} */
export function genresAt({ genres, of }, number, n) {
  return genres?.length && of ? (of[number] ?? []) : [Math.min(PARTS - 1, Math.floor((number * PARTS) / n))];
}

/** Whether a taste is what somebody likes, ones and zeros, and not how likely each item is. @param {ArrayLike<number>} taste */
export function areLikes(taste) {
  for (let i = 0; i < taste.length; i += 1) if (taste[i] !== 0 && taste[i] !== 1) return false;
  return true;
}

/** How many items are liked. @param {ArrayLike<number>} taste */
export function countOf(taste) {
  let count = 0;
  for (let i = 0; i < taste.length; i += 1) if (taste[i] > 0) count += 1;
  return count;
}

/**
 * The items from the likeliest to the least; among equals what more people like is first, then what stands first.
 * @param {ArrayLike<number>} taste @param {ArrayLike<number>} [usual]
 * @returns {number[]}
 */
export function orderOf(taste, usual) {
  const numbers = Array.from({ length: taste.length }, (_, i) => i);
  return numbers.sort((a, b) => taste[b] - taste[a] || (usual ? usual[b] - usual[a] : 0) || a - b);
}

/** The rank of each item, counted from 0, by the order of all. @param {number[]} order @returns {Uint16Array} */
export function ranksOf(order) {
  const ranks = new Uint16Array(order.length);
  order.forEach((number, rank) => (ranks[number] = rank));
  return ranks;
}

/** The share of each genre, which add up to 1 where there is anything. @param {ArrayLike<number>} taste @param {Meaning} meaning */
export function sharesOf(taste, meaning) {
  const shares = new Float64Array(genresOf(meaning).length);
  let sum = 0;
  for (let i = 0; i < taste.length; i += 1) {
    if (!(taste[i] > 0)) continue;
    const all = genresAt(meaning, i, taste.length);
    for (const genre of all) shares[genre] += taste[i] / all.length;
    if (all.length) sum += taste[i];
  }
  return shares.map((share) => (sum > 0 ? share / sum : 0));
}

/** How far an item has moved up the list, as words: "▲ 3", "▼ 12", or nothing. @param {number} before @param {number} now ranks */
export function movedText(before, now) {
  if (before === now) return "";
  return `${before > now ? "▲" : "▼"} ${Math.abs(before - now)}`;
}

/** A probability in few letters: "12 %", "0.4 %". @param {number} p */
export function shareText(p) {
  if (!Number.isFinite(p)) return "no number";
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  return p < 0.0995 ? `${(100 * p).toFixed(1)} %` : percent(p);
}

/**
 * Say a taste in a sentence: "likeliest are A, B and C; comedy 42 %", or "12 likes, most of them comedy".
 * @param {ArrayLike<number>} taste @param {Meaning} meaning
 */
export function sayTaste(taste, meaning) {
  const shares = sharesOf(taste, meaning);
  const [first] = orderOf(shares);
  const names = genresOf(meaning);
  if (areLikes(taste)) {
    const count = countOf(taste);
    if (!count) return "nothing is liked";
    return `${count} ${count === 1 ? "like" : "likes"}, ${shareText(shares[first])} of them ${names[first]}`;
  }
  const best = orderOf(taste).slice(0, SAID).map((number) => `${titleOf(meaning, number)} (${shareText(taste[number])})`);
  return `likeliest are ${best.slice(0, -1).join(", ")} and ${best.at(-1)}; ${names[first]} has ${shareText(shares[first])}`;
}

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A taste as a table: a row an item, the likeliest first, with its title, its genres and its number.
 * @param {ArrayLike<number>} taste @param {Meaning} meaning
 */
export function csvOf(taste, meaning) {
  const names = genresOf(meaning);
  const told = meaning.genres?.length ? names : null;
  const rows = orderOf(taste, meaning.usual).map((number, rank) => {
    const genres = told ? genresAt(meaning, number, taste.length).map((genre) => told[genre]).join("|") : "";
    return [rank + 1, quoted(titleOf(meaning, number)), quoted(genres), Number(taste[number].toPrecision(6))].join(",");
  });
  return `${["rank,item,genres,probability", ...rows].join("\n")}\n`;
}
