/**
 * What every page has, whatever Streamlit shows in it: a way past the links, a box of keys, a mode for the projector with a dark
 * screen, and the mark of the page that one is on. web/shell.py puts it into the page.
 * @module
 */

import { Blank, darkens } from "./blank.js";
import { KeysBox } from "./keysbox.js";
import { pageOf } from "./pages.js";
import { Projector } from "./projector.js";
import { MAIN, skipLink } from "./skip.js";
import { isTyping } from "./typing.js";

const root = document.getElementById("root");
const projector = new Projector(document.documentElement, history);
const box = new KeysBox(projector);
document.body.prepend(skipLink());
const blank = new Blank();
document.body.append(box.element, blank.element);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (event.key === "?") box.toggle();
  else if (event.key === "p" || event.key === "P") projector.toggle();
  else if (projector.isOn && !box.isOpen && darkens(event.key, pageOf(location.pathname))) blank.darken();
  else if (event.key === "Escape" && projector.isOn && !box.isOpen) projector.leave();
});
// The button is Streamlit's, which makes it anew whenever it likes.
document.addEventListener("click", (event) => /** @type {Element} */ (event.target).closest?.(".keys-button") && box.toggle());

/** Streamlit gives the link to the page at hand another ground, and says nothing to those who do not see it. */
function mark() {
  document.querySelector(".stMain")?.setAttribute("id", MAIN);
  for (const link of document.querySelectorAll(".st-key-pages a")) {
    if (link.getAttribute("href") === pageOf(location.pathname)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

let waiting = 0;
const watch = new MutationObserver(() => {
  waiting ||= requestAnimationFrame(() => {
    waiting = 0;
    mark();
  });
});
if (root) watch.observe(root, { childList: true, subtree: true });
