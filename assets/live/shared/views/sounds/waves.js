/**
 * From levels of frequencies to a wave that is heard, as vae/kinds/sounds/spectra.py does it, and to a WAV file. Pure functions.
 * @module
 */

export const RANGE = 60; // decibels from silence to the loudest
const STEPS = 255; // that levels are kept in
const ROUNDS = 32;
const MOMENTUM = 0.99; // how far each round goes beyond the one before
const OVERLAP = 4; // frames that a sample lies in
const GOLDEN = 0.6180339887498949;

/** Samples between a frame and the next. @param {number} frequencies */
export const hopOf = (frequencies) => (2 * frequencies) / OVERLAP;

/**
 * What turns `size` numbers, a power of two, into their frequencies and back, in place.
 * @param {number} size
 * @returns {(real: Float64Array, imaginary: Float64Array, back?: boolean) => void} back: without a division by `size`
 */
export function transform(size) {
  const cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  const bits = Math.log2(size);
  const swapped = Uint32Array.from({ length: size }, (_, i) => {
    let other = 0;
    for (let bit = 0; bit < bits; bit += 1) other |= ((i >> bit) & 1) << (bits - 1 - bit);
    return other;
  });
  return (real, imaginary, back = false) => {
    for (let i = 0; i < size; i += 1) {
      const j = swapped[i];
      if (j <= i) continue;
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
    const sign = back ? 1 : -1;
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k += 1) {
          const a = start + k;
          const b = a + half;
          const cosine = cosines[k * step];
          const sine = sign * sines[k * step];
          const re = real[b] * cosine - imaginary[b] * sine;
          const im = real[b] * sine + imaginary[b] * cosine;
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
      }
    }
  };
}

/** A sound as it lies here: spectra of frames one after the other, [T, 2 F] each, and the wave that overlaps make of them. */
class Frames {
  /** @param {number} frequencies a power of two @param {number} times */
  constructor(frequencies, times) {
    const size = 2 * frequencies;
    Object.assign(this, { frequencies, times, size, hop: hopOf(frequencies), turn: transform(size) });
    this.window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
    this.real = new Float64Array(times * size);
    this.imaginary = new Float64Array(times * size);
    const padded = (times - 1) * this.hop + size;
    this.wave = new Float64Array(padded);
    this.weight = new Float64Array(padded);
    for (let t = 0; t < times; t += 1) for (let i = 0; i < size; i += 1) this.weight[t * this.hop + i] += this.window[i] ** 2;
    this.row = [new Float64Array(size), new Float64Array(size)];
  }

  /** The wave that is nearest to the spectra: the frames windowed again, added up and evened out. */
  toWave() {
    const { times, size, hop, window, wave, weight, turn, real, imaginary } = this;
    const [re, im] = this.row;
    wave.fill(0);
    for (let t = 0; t < times; t += 2) {
      const [first, second, both] = [t * size, (t + 1) * size, t + 1 < times];
      for (let i = 0; i < size; i += 1) {
        re[i] = real[first + i] - (both ? imaginary[second + i] : 0); // a frame in the real numbers, the next in the imaginary ones
        im[i] = imaginary[first + i] + (both ? real[second + i] : 0);
      }
      turn(re, im, true);
      for (let i = 0; i < size; i += 1) wave[t * hop + i] += (re[i] / size) * window[i];
      if (both) for (let i = 0; i < size; i += 1) wave[(t + 1) * hop + i] += (im[i] / size) * window[i];
    }
    for (let i = 0; i < wave.length; i += 1) wave[i] /= Math.max(weight[i], 1e-6);
    const pad = (size - hop) / 2; // what lies before the sound and after it is silence
    wave.fill(0, 0, pad).fill(0, pad + times * hop);
  }

  /** The spectra of the wave's frames, two at a time. @param {(place: number, bin: number, re: number, im: number) => void} onBin */
  toSpectra(onBin) {
    const { times, size, frequencies, hop, window, wave, turn } = this;
    const [re, im] = this.row;
    for (let t = 0; t < times; t += 2) {
      const both = t + 1 < times;
      for (let i = 0; i < size; i += 1) {
        re[i] = wave[t * hop + i] * window[i];
        im[i] = both ? wave[(t + 1) * hop + i] * window[i] : 0;
      }
      turn(re, im);
      for (let bin = 1; bin <= frequencies; bin += 1) {
        const mirror = size - bin;
        onBin(t * size, bin, (re[bin] + re[mirror]) / 2, (im[bin] - im[mirror]) / 2);
        if (both) onBin((t + 1) * size, bin, (im[bin] + im[mirror]) / 2, (re[mirror] - re[bin]) / 2);
      }
    }
  }

  /** What is heard, from -1 to 1. @returns {Float32Array} */
  heard() {
    const pad = (this.size - this.hop) / 2;
    const samples = Float32Array.from(this.wave.subarray(pad, pad + this.times * this.hop));
    const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return loudest > 0 ? samples.map((value) => value / loudest) : samples;
  }
}

/**
 * Find a wave whose levels are near to these, round by round. Griffin & Lim 1984, doi 10.1109/TASSP.1984.1164317; faster after
 * Perraudin, Balazs & Søndergaard 2013, doi 10.1109/WASPAA.2013.6701851. The same levels, the same wave.
 * @param {Uint8Array} levels [F, T], the highest frequency first
 * @param {number} frequencies @param {number} times
 * @returns {Generator<void, Float32Array, void>} which ends with the wave, and lets go after each round
 */
export function* hearing(levels, frequencies, times) {
  const frames = new Frames(frequencies, times);
  const { size, real, imaginary } = frames;
  const magnitudes = new Float64Array(times * size);
  for (let t = 0; t < times; t += 1) {
    for (let bin = 1; bin <= frequencies; bin += 1) {
      const level = levels[(frequencies - bin) * times + t];
      const magnitude = level && 10 ** (((level / STEPS - 1) * RANGE) / 20);
      magnitudes[t * size + bin] = magnitude;
      magnitudes[t * size + size - bin] = magnitude;
      const turns = 2 * Math.PI * ((GOLDEN * (t * frequencies + bin) ** 2) % 1);
      put(t * size, bin, magnitude * Math.cos(turns), magnitude * Math.sin(turns));
    }
  }
  const before = [new Float64Array(times * size), new Float64Array(times * size)];
  for (let round = 0; round < ROUNDS; round += 1) {
    frames.toWave();
    frames.toSpectra(further);
    yield;
  }
  frames.toWave();
  return frames.heard();

  /** Set a frequency and its mirror image. */
  function put(start, bin, re, im) {
    real[start + bin] = re;
    real[start + size - bin] = re;
    imaginary[start + bin] = bin === frequencies ? 0 : im;
    imaginary[start + size - bin] = bin === frequencies ? 0 : -im;
  }

  function further(start, bin, re, im) {
    const place = start + bin;
    const a = re + MOMENTUM * (re - before[0][place]);
    const b = im + MOMENTUM * (im - before[1][place]);
    const share = magnitudes[place] / (Math.sqrt(a * a + b * b) || 1);
    put(start, bin, a * share, b * share);
    before[0][place] = re;
    before[1][place] = im;
  }
}

/** The same at once. @returns {Float32Array} [samples] from -1 to 1 */
export function heard(levels, frequencies, times) {
  const rounds = hearing(levels, frequencies, times);
  let step = rounds.next();
  while (!step.done) step = rounds.next();
  return /** @type {Float32Array} */ (step.value);
}

/**
 * A wave as a WAV file: one channel of 16 bits.
 * @param {ArrayLike<number>} wave from -1 to 1 @param {number} rate samples a second
 * @returns {ArrayBuffer}
 */
export function wavOf(wave, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * wave.length));
  const word = (at, text) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + 2 * wave.length, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, 2 * wave.length, true);
  const whole = (value) => Math.round(32767 * Math.min(1, Math.max(-1, value)));
  for (let i = 0; i < wave.length; i += 1) view.setInt16(44 + 2 * i, whole(wave[i]), true);
  return view.buffer;
}
