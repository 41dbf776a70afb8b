/**
 * The code of a VQ-VAE: in each cell the code of the book that lies nearest to the encoder's vector, and what it costs by the
 * network that tells each cell's code from those before it (vae/models/families/vq.py).
 * @module
 */

/**
 * @param {[number, number][]} choices where the shares of each cell's codes begin and end
 * @param {Float32Array[]} tensors the book, [codes, codes]; first, [hidden]; of several cells reads, [cells - 1, codes, hidden];
 *   says, [cells, hidden, codes]; and what it says alone, [cells, codes]
 * @returns {(vectors: Float32Array) => import("./encoder.js").Belief}
 */
export function nearestCodes(choices, tensors) {
  const [book, first] = tensors;
  const [reads, says, alone] = [tensors.length > 4 ? tensors[2] : new Float32Array(0), ...tensors.slice(-2)];
  const [codes, hidden] = [Math.sqrt(book.length), first.length];
  return (vectors) => {
    const [mean, spread, nats] = [0, 1, 2].map(() => new Float32Array(vectors.length));
    const known = Float32Array.from(first);
    choices.forEach(([start], cell) => {
      const code = nearest(vectors.subarray(start, start + codes), book, codes);
      mean[start + code] = 1;
      nats[start + code] = cost(known, says.subarray(cell * hidden * codes), alone.subarray(cell * codes), codes, code);
      const at = (cell * codes + code) * hidden;
      if (at < reads.length) for (let h = 0; h < hidden; h += 1) known[h] += reads[at + h];
    });
    return { mean, spread, nats };
  };
}

/** The number of the code whose vector lies nearest to another. */
function nearest(vector, book, codes) {
  let [found, least] = [0, Infinity];
  for (let code = 0; code < codes; code += 1) {
    let away = 0;
    for (let j = 0; j < codes; j += 1) away += (vector[j] - book[code * codes + j]) ** 2;
    if (away < least) [found, least] = [code, away];
  }
  return found;
}

/** −log p of a code in a cell, of which `known` tells; says: [hidden, codes]. */
function cost(known, says, alone, codes, code) {
  const logits = Array.from({ length: codes }, (_, i) => known.reduce((sum, each, h) => sum + (each > 0 ? each * says[h * codes + i] : 0), alone[i]));
  const most = Math.max(...logits);
  return most + Math.log(logits.reduce((sum, each) => sum + Math.exp(each - most), 0)) - logits[code];
}
