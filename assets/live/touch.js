/**
 * Tell a swipe along a slider from one that scrolls the page and only happens to start there.
 * @module
 */

const CLEAR = 4; // pixels

/**
 * Say what a touch that has gone `dx`, `dy` pixels is: "along", "across", or null where that cannot be said yet.
 * @returns {"along" | "across" | null}
 */
export function direction(dx, dy) {
  if (Math.hypot(dx, dy) < CLEAR) return null;
  return Math.abs(dx) > Math.abs(dy) ? "along" : "across";
}

/**
 * Hold a slider where it is until a touch on it proves to be a swipe along it, or a tap.
 *
 * A browser moves the thumb under a finger as soon as it comes down; a page scrolled by a finger on a slider would
 * change the value. Where the browser takes the touch for scrolling, it says so with `pointercancel`.
 * @param {HTMLInputElement} slider with touch-action: pan-y
 * @param {() => void} onGrab once the touch is meant for the slider
 * @returns {() => boolean} whether the slider is held: what it says then is not meant
 */
export function holdForTouch(slider, onGrab) {
  let touch = null; // where the finger came down, and the value then
  const forget = () => (touch = null);
  const restore = () => {
    if (touch) slider.value = touch.value;
  };
  slider.addEventListener("pointerdown", ({ pointerType, clientX, clientY }) => {
    touch = pointerType === "touch" ? { clientX, clientY, value: slider.value } : null;
  });
  slider.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!touch || direction(clientX - touch.clientX, clientY - touch.clientY) !== "along") return;
    forget();
    onGrab();
  });
  slider.addEventListener("pointercancel", () => {
    restore();
    forget();
  });
  slider.addEventListener("pointerup", ({ clientX, clientY }) => {
    if (!touch) return;
    const tapped = direction(clientX - touch.clientX, clientY - touch.clientY) === null;
    restore();
    forget(); // the mouse events that browsers send after a tap bring the thumb to it
    if (tapped) onGrab();
  });
  return () => {
    restore();
    return touch !== null;
  };
}
