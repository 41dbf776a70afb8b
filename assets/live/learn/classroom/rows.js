/**
 * A question's options with what was chosen: on a phone they are buttons, on the board they are lines; bars stand in both.
 * @module
 */

import { h, icon } from "../../shared/page/dom.js";

/** Say of a round how many chose an option: "12 of 30". */
const counted = (words, n, all) => words.each.replace("{n}", String(n)).replace("{all}", String(all));

/**
 * The bars of an option, one a round; the shares of the rounds are told apart by their place, their look and their words.
 * @param {number[][]} bars counts of each option, a list a round @param {number} option @param {Record<string, string>} words
 */
function barsOf(bars, option, words) {
  const names = [words.first, words.second];
  return bars.map((counts, round) => {
    const all = counts.reduce((sum, n) => sum + n, 0);
    const share = all ? counts[option] / all : 0;
    const label = counted(words, counts[option], all);
    const told = h("span", { class: "count" }, h("span", { class: "unseen" }, `${names[round]}: `), label);
    const bar = h("span", { class: "bar", "data-round": round, "data-count": counts[option] }, h("i", { "aria-hidden": "true" }), told);
    bar.style.setProperty("--share", String(share));
    return bar;
  });
}

/**
 * @param {object} how
 * @param {import("./client.js").State} how.state
 * @param {Record<string, string>} how.words of the room @param {Record<string, string>} how.frame of the lessons
 * @param {number | null} [how.chosen]
 * @param {((option: number) => void) | null} [how.onChoose] null: nothing can be chosen here
 */
export function rows({ state, words, frame, chosen = null, onChoose = null }) {
  return state.options.map((text, i) => {
    const [mine, right] = [chosen === i, state.answer === i];
    const notes = [mine && frame.yours, right && frame.right].filter(Boolean).join(" · ");
    const parts = [h("kbd", { "aria-hidden": "true" }, String(i + 1)), h("span", { class: "text" }, text, notes && h("small", {}, notes)),
      right ? icon("check") : null, ...barsOf(state.bars, i, words)];
    const how = { class: "row", "data-option": i, "data-verdict": right ? "right" : null };
    if (!onChoose) return h("div", { ...how, role: "listitem", "data-mine": String(mine) }, ...parts);
    return h("button", { ...how, type: "button", "aria-pressed": String(mine), onclick: () => onChoose(i) }, ...parts);
  });
}

/** Which bars are of which round, where there are two. @param {number[][]} bars */
export const legend = (bars, words) =>
  bars.length > 1 && h("p", { class: "rounds fine", "aria-hidden": "true" },
    ...[words.first, words.second].map((name, round) => h("span", { class: "bar", "data-round": round }, h("i", {}), name)));

/** The list of them. @param {string} ask @param {boolean} buttons @param {HTMLElement[]} each */
export const list = (ask, buttons, each) => h("div", { class: "rows", role: buttons ? "group" : "list", "aria-label": ask }, ...each);
