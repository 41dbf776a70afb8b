/**
 * What the best linear VAE does at a water level: the variances of the data's principal directions stand in it like posts.
 *
 * Lucas et al. 2019, Don't blame the ELBO, arXiv 1911.02469 (for beta = 1). The level is beta · sigma², in squared grey levels
 * from 0 to 1. All sums are over the directions [101].
 * @module
 */

/** How many dimensions are in use: those whose variance stands above the level. @param {number[]} variances */
export const inUse = (variances, level) => variances.filter((each) => each > level).length;

/** The KL of each dimension, nats. */
export const klOf = (variance, level) => (variance > level ? 0.5 * Math.log(variance / level) : 0);

/** What all of them carry, nats. @param {number[]} variances */
export const carried = (variances, level) => variances.reduce((sum, each) => sum + klOf(each, level), 0);

/** The expected squared error of the mean reconstruction. @param {number[]} variances */
export const errorOf = (variances, level) => variances.reduce((sum, each) => sum + Math.min(each, (level * level) / each), 0);

/** By how much a coordinate shrinks on its way through the model. */
export const kept = (variance, level) => (variance > level ? 1 - level / variance : 0);

/**
 * The mean reconstruction of a thing.
 * @param {{mean: Float32Array, directions: Float32Array, variances: number[]}} data directions [101, D]
 * @param {number[]} coordinates [101] @returns {Float32Array} [D]
 */
export function rebuilt({ mean, directions, variances }, coordinates, level) {
  const picture = Float32Array.from(mean);
  variances.forEach((variance, i) => {
    const much = kept(variance, level) * coordinates[i];
    if (much) for (let k = 0; k < picture.length; k += 1) picture[k] += much * directions[i * picture.length + k];
  });
  return picture;
}
