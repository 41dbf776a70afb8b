/**
 * Shares of what there is to know of factors, by dimension. Pure functions.
 * @module
 */

const COLUMNS = 10; // that fit beside each other in half a page

const TELLS = 0.02; // less is as good as nothing

/** The number of the largest of shares, the first where several are; null where none is worth a word. @param {number[]} shares */
export function mostOf(shares) {
  const most = Math.max(...shares);
  return most < TELLS ? null : shares.indexOf(most);
}

/**
 * The dimensions that are shown: all in their order, or where there are many those that tell most of some factor.
 * @param {number[][]} told [F][d] @param {number[]} order of the dimensions, the most used first
 * @returns {number[]}
 */
export function columnsOf(told, order, most = COLUMNS) {
  const best = (dim) => Math.max(...told.map((shares) => shares[dim]));
  const kept = new Set([...order].sort((a, b) => best(b) - best(a)).slice(0, most));
  return order.filter((dim) => kept.has(dim));
}

/** A share in whole percent; one above all there is to know is an estimate's, and all. @param {number} share */
export const sayShare = (share) => String(Math.round(100 * Math.min(1, share)));
