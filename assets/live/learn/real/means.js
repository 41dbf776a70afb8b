/**
 * Means of numbers, and by how much pictures differ. Pure functions.
 * @module
 */

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;

/**
 * By how much two pictures differ: the root of the mean squared difference, a share of black to white.
 * @param {Float32Array} one @param {Float32Array} other
 */
export const differing = (one, other) => Math.sqrt(one.reduce((sum, grey, i) => sum + (grey - other[i]) ** 2, 0) / one.length);
