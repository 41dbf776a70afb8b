/**
 * The Detect page: how well a model's scores tell unusual images from normal ones.
 * @module
 */

import { DetectView } from "./view.js";

/** @type {WeakMap<object, DetectView>} */
const views = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function detect({ parentElement, data }) {
  const view = views.get(parentElement);
  if (!view || view.data.model !== data.model || view.data.checksum !== data.checksum) {
    view?.destroy();
    views.set(parentElement, new DetectView(parentElement, data));
  }
  return () => {
    views.get(parentElement)?.destroy();
    views.delete(parentElement);
  };
}
