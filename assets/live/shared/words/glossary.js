/**
 * Opens the entries of the glossary by hover and focus, beside their terms.
 *
 * Tap, click, Enter and Escape are the browser's own (the popover attribute). An entry stays while the pointer is on it
 * or its term, so that its text can be read, selected and followed (WCAG 1.4.13).
 * @module
 */

const PATIENCE = 150; // ms that a pointer rests on a term before it opens, and may be away before it closes
const GAP = 6;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
/** @type {WeakSet<Document | ShadowRoot>} parts of the page that are listened to */
const listening = new WeakSet();
let escaped = -Infinity; // when Escape was pressed last

/** The entry that a term opens. @param {Element} term @returns {HTMLElement | null} */
const entryOf = (term) => rootOf(term).getElementById(term.getAttribute("popovertarget") ?? "");

/** The page or the component that an element is in. @param {Element} element @returns {Document | ShadowRoot} */
const rootOf = (element) => /** @type {any} */ (element.getRootNode());

/** The term or the entry that an event happened on. @param {Event} event */
function partsOf(event) {
  const at = event.target instanceof Element ? event.target : null;
  return { term: at?.closest("button.term[popovertarget]") ?? null, entry: at?.closest(".gloss") ?? null };
}

/**
 * Where an entry stands: under its term, or above it where there is no room, and within the window.
 * @param {{left: number, top: number, bottom: number}} term @param {{width: number, height: number}} entry
 * @param {{width: number, height: number}} page
 * @returns {{left: number, top: number}}
 */
export function placeOf(term, entry, page) {
  const below = term.bottom + GAP;
  const top = below + entry.height <= page.height ? below : Math.max(GAP, term.top - GAP - entry.height);
  return { left: Math.max(GAP, Math.min(term.left, page.width - entry.width - GAP)), top };
}

/** @param {Element} term */
function place(term) {
  const entry = entryOf(term);
  if (!entry) return;
  const { left, top } = placeOf(term.getBoundingClientRect(), entry.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
  Object.assign(entry.style, { margin: "0", inset: "auto", left: `${left}px`, top: `${top}px` });
}

/** @param {Element} term */
function open(term) {
  const entry = entryOf(term);
  if (!entry || entry.matches(":popover-open")) return;
  entry.showPopover();
  place(term);
}

function later(act) {
  clearTimeout(waiting);
  waiting = setTimeout(act, PATIENCE);
}

/** @param {Document | ShadowRoot} root */
function listen(root) {
  root.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const { term, entry } = partsOf(event);
    if (term) later(() => open(term));
    else if (entry) clearTimeout(waiting);
  });
  root.addEventListener("pointerout", (event) => {
    const { term, entry } = partsOf(event);
    const shown = entry ?? (term && entryOf(term));
    if (event.pointerType === "mouse" && shown) later(() => root.activeElement !== termOf(shown) && hide(shown));
  });
  root.addEventListener("focusin", (event) => {
    const { term } = partsOf(event);
    // Escape gives the focus back to the term, which is no wish to read its entry again.
    if (!term?.matches(":focus-visible") || event.timeStamp - escaped < PATIENCE) return;
    // A frame later: the focus also comes back to a term while the browser closes its entry to open another's.
    requestAnimationFrame(() => root.activeElement === term && open(term));
  });
  const onEscape = ({ timeStamp }) => {
    escaped = timeStamp;
    clearTimeout(waiting); // what was to open in a moment is not wanted any more
  };
  root.addEventListener("keydown", (event) => event.key === "Escape" && onEscape(event), true);
  root.addEventListener("focusout", (event) => {
    const { term, entry } = partsOf(event);
    const to = event.relatedTarget instanceof Element ? event.relatedTarget : null;
    const shown = entry ?? (term && entryOf(term));
    // Without a place that it goes to, the window has lost the focus, or a click is under way.
    if (shown && to && !shown.contains(to) && to !== termOf(shown)) hide(shown);
  });
  // Opened by the browser itself: by tap, click or Enter.
  root.addEventListener("toggle", (event) => event.newState === "open" && partsOf(event).entry && place(termOf(event.target)), true);
  // A page that is scrolled takes the term away from under its entry.
  const follow = () => root.querySelectorAll(".gloss:popover-open").forEach((entry) => place(termOf(entry)));
  root.addEventListener("scroll", follow, { capture: true, passive: true });
}

const termOf = (entry) => rootOf(entry).querySelector(`button.term[popovertarget="${entry.id}"]`);
const hide = (entry) => entry.matches(":popover-open") && !entry.matches(":hover") && entry.hidePopover();

/** Listen on the whole page and within a component, once each. @param {Element} [component] */
export default function glossary(component) {
  if (!("popover" in HTMLElement.prototype)) return;
  for (const root of [document, component && rootOf(component)]) {
    if (!root || listening.has(root)) continue;
    listening.add(root);
    listen(root);
  }
}
