/**
 * Whether a key is meant for a field.
 * @module
 */

const NO_TEXT = ["range", "checkbox", "radio", "button", "submit", "color", "file"];

/** Whether what has the focus takes letters. @param {Event} event */
export function isTyping(event) {
  const at = /** @type {any} */ (event.composedPath()[0]);
  if (at?.isContentEditable) return true;
  if (at?.tagName === "INPUT") return !NO_TEXT.includes(at.type);
  return at?.tagName === "TEXTAREA" || at?.tagName === "SELECT"; // a letter chooses in a list
}
