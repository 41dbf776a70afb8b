/**
 * Colours of curves that lie over one another: by place in the list, the same wherever they are drawn.
 * @module
 */

import { classColour, css } from "../shared/draw/colours.js";

export const MOST_OVERLAID = 10; // as many as there are colours that are told apart

/** The colour of the `index`-th curve. @param {number} index counted from 0 */
export const overlayColour = (index) => css(classColour(index % MOST_OVERLAID, MOST_OVERLAID));
