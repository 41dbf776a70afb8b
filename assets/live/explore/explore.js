/**
 * The explorer: sliders, a map or both, and the picture that follows them.
 * @module
 */

import { ExploreView } from "./view.js";

/** @type {WeakMap<object, ExploreView>} */
const views = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function explore({ parentElement, data, setTriggerValue }) {
  let view = views.get(parentElement);
  if (view && view.data.model === data.model && view.data.checksum === data.checksum) {
    view.update(data);
  } else {
    view?.destroy();
    view = new ExploreView(parentElement, data, { download: () => setTriggerValue("download", true) });
    views.set(parentElement, view);
  }
  return () => {
    views.get(parentElement)?.destroy();
    views.delete(parentElement);
  };
}
