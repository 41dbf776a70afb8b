/**
 * What is said about restored pictures: figures, what is best, and where nothing helps.
 * @module
 */

const FLAT = 0.05; // dB: closer than this no eye and hardly a measurement tells two pictures apart

/** PSNR as people read it; null is infinite: not one pixel differs. @param {number | null} psnr dB */
export const decibels = (psnr) => (psnr === null ? "∞ dB" : `${psnr.toFixed(1).replace("-", "−")} dB`);

/** SSIM in two digits. @param {number | null} ssim */
export const similarity = (ssim) => (ssim === null ? "–" : ssim.toFixed(2).replace("-", "−"));

/** Both, as a caption has them. */
export const figures = (psnr, ssim) => `${decibels(psnr)} · SSIM ${similarity(ssim)}`;

/** Both, as they are said. */
export const spoken = (psnr, ssim) => `PSNR ${psnr === null ? "infinite" : decibels(psnr)}, SSIM ${similarity(ssim)}`;

const height = (psnr) => psnr ?? Infinity;

/**
 * Number the best by PSNR, the first of equals; -1 where there is none.
 * @param {(number | null | undefined)[]} psnrs dB; undefined is not known yet
 */
export function bestOf(psnrs) {
  let best = -1;
  psnrs.forEach((psnr, i) => {
    if (psnr !== undefined && (best < 0 || height(psnr) > height(psnrs[best]))) best = i;
  });
  return best;
}

/**
 * Say whether restoring helped.
 * @param {{corrupted: number | null, restored: number | null, by: string, hidden: number | null, brush?: boolean}} what dB;
 *   by: a model's name or a method's title; hidden: the share of the picture that is lost, or null where that is not
 *   known; brush: whether a hand says which
 * @returns {{sentence: string, helped: boolean | null}} null where neither is better
 */
export function verdict({ corrupted, restored, by, hidden, brush = false }) {
  const gain = height(restored) - height(corrupted);
  if (hidden === 1) return { sentence: "Nothing of the picture is left. What is restored is a guess, and the same for every picture.", helped: null };
  if (hidden === 0) {
    return {
      sentence: brush
        ? "Nothing is hidden yet: draw on the corrupted picture. The slider is the width of the brush."
        : "Nothing is hidden: move the slider to the right.",
      helped: null,
    };
  }
  if (corrupted === null) {
    return {
      sentence: `The picture is not spoiled at all. ${by} ${restored === null ? "leaves it as it is." : "can only make it worse."}`,
      helped: restored === null ? null : false,
    };
  }
  if (Math.abs(gain) < FLAT) return { sentence: `${by}: no difference. Both are as far from the original.`, helped: null };
  const much = restored === null ? "all the way" : decibels(Math.abs(gain));
  const far = `${much} ${gain > 0 ? "closer to" : "further from"} the original than the corrupted picture.`;
  return gain > 0 ? { sentence: `${by}: ${far}`, helped: true } : { sentence: `${by}: ${far} Doing nothing is better than that.`, helped: false };
}

/**
 * Say in a sentence what the row of methods shows.
 * @param {{title: string, psnr: number | null | undefined}[]} methods the first is the corrupted picture itself
 * @param {boolean} [lost] whether nothing of the picture is left
 */
export function rowVerdict(methods, lost = false) {
  if (lost) return "Nothing is left to restore from, so none of them is best.";
  const best = bestOf(methods.map(({ psnr }) => psnr));
  if (best < 0) return "";
  if (best === 0) return "Best here: doing nothing.";
  return `Best here: ${methods[best].title}, ${decibels(methods[best].psnr ?? null)}.`;
}

const FEWEST = 2; // pixels along a side that are always left

/** Say how many pixels along each side a low resolution leaves. @param {[number, number]} size height and width @param {number} amount */
export function pixelsLeft([height, width], amount) {
  const left = (side) => Math.max(Math.round(side * (1 - amount)), Math.min(side, FEWEST));
  return height === width ? `${height} → ${left(height)} a side` : `${height} × ${width} → ${left(height)} × ${left(width)}`;
}

/** Name a picture for captions and screen readers. @param {{name: string, label: string}} picture */
export const namePicture = ({ name, label }) => [name, label && (/^\d+$/.test(label) ? `class ${label}` : label)].filter(Boolean).join(", ");
