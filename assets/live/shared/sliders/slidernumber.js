/**
 * The number beside a slider, which may be typed.
 * @module
 */

import { h } from "../page/dom.js";
import { readNumber } from "../words/numbers.js";
import { settle } from "../space/geometry.js";

const TOLD = 2500; // ms
const PAGE = 5; // arrows
const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE }; // arrows

/** Select what is in a field as it is entered, by a key or by a click. @param {HTMLInputElement} field */
function selectOnEntry(field) {
  let entered = false; // the click that enters comes after the focus, and would take the selection back
  field.addEventListener("focus", () => {
    field.select();
    entered = true;
  });
  field.addEventListener("click", () => {
    if (entered) field.select();
    entered = false;
  });
}

/** What is copied out of a field has the hyphen that programs read, and not the minus that is seen. @param {HTMLInputElement} field */
function copyPlainly(field) {
  field.addEventListener("copy", (event) => {
    event.clipboardData.setData("text/plain", field.value.slice(field.selectionStart, field.selectionEnd).replace("−", "-"));
    event.preventDefault();
  });
}

/** Say something beside a field for a moment. */
function tell(field, sentence) {
  const bubble = h("span", { class: "bubble", role: "status" }, sentence);
  field.parentElement.after(bubble);
  setTimeout(() => bubble.remove(), TOLD);
}

/**
 * Take what is typed: it is shown while it is typed; Enter or leaving the field ends that, Escape takes it back.
 * @param {HTMLInputElement} number
 * @param {object} on
 * @param {number} on.dim @param {number} on.limit
 * @param {(dim: number) => void} on.grab @param {(dim: number, value: number) => void} on.move @param {(dim: number) => void} on.release
 * @param {(dim: number) => number} on.valueOf
 * @param {(value: number, held: boolean) => void} on.set
 * @param {(arrows: number, fine: boolean) => number} on.steps where so many arrow keys lead
 * @param {() => void} on.shown when what stands there is what was typed, and the value is to be written anew
 */
export function listenTyping(number, { dim, limit, grab, move, release, valueOf, set, steps, shown }) {
  let before = 0;
  const end = () => {
    delete number.dataset.typing;
    shown();
  };
  const typed = () => {
    if (number.dataset.typing && Math.abs(readNumber(number.value)) > limit) tell(number, `limited to ±${limit}`);
    end();
    release(dim);
  };
  number.addEventListener("focus", () => grab(dim));
  selectOnEntry(number);
  copyPlainly(number);
  number.addEventListener("input", () => {
    if (!number.dataset.typing) {
      grab(dim);
      before = valueOf(dim);
      number.dataset.typing = "true";
    }
    const value = readNumber(number.value);
    if (Number.isFinite(value)) move(dim, settle(value, limit));
  });
  number.addEventListener("change", typed);
  number.addEventListener("blur", typed);
  number.addEventListener("keydown", (event) => {
    const arrows = KEYS[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") typed();
    else if (event.key === "Escape" && number.dataset.typing) {
      move(dim, before);
      typed();
    } else if (arrows !== undefined) {
      event.preventDefault();
      end();
      set(steps(arrows, event.shiftKey), event.repeat);
    } else return;
    requestAnimationFrame(() => requestAnimationFrame(() => number.select())); // once the value is shown
  });
}
