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
 * @param {object} on
 * @param {() => void} on.grab once the touch is meant for the slider
 * @param {(value: number) => void} on.tap where the browser put the thumb at a tap
 * @returns {() => boolean} to be asked at each `input`: whether the slider is held, and has gone back to its value
 */
export function holdForTouch(slider, { grab, tap }) {
  let touch = null; // where the finger came down, the value then, and the value that the browser made of it
  const letGo = () => {
    const { value, offered } = touch;
    slider.value = value;
    touch = null;
    return offered;
  };
  slider.addEventListener("pointerdown", ({ pointerType, clientX, clientY }) => {
    touch = pointerType === "touch" ? { clientX, clientY, value: slider.value, offered: null } : null;
  });
  slider.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!touch || direction(clientX - touch.clientX, clientY - touch.clientY) !== "along") return;
    letGo();
    grab();
  });
  slider.addEventListener("pointercancel", () => touch && letGo());
  slider.addEventListener("pointerup", ({ clientX, clientY }) => {
    if (!touch) return;
    const tapped = direction(clientX - touch.clientX, clientY - touch.clientY) === null;
    const offered = letGo();
    if (!tapped || offered === null) return;
    grab();
    tap(Number(offered));
  });
  return () => {
    if (!touch) return false;
    touch.offered = slider.value;
    slider.value = touch.value;
    return true;
  };
}
