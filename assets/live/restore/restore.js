/**
 * Restore: a picture is spoiled, and restored beside it while the amount is moved.
 * @module
 */

import { RestoreView } from "./view.js";

/** @type {WeakMap<object, RestoreView>} */
const views = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function restore({ parentElement, data, setTriggerValue }) {
  let view = views.get(parentElement);
  if (view && view.data.model === data.model && view.data.checksum === data.checksum) {
    view.update(data);
  } else {
    const before = view?.keep();
    view?.destroy();
    view = new RestoreView(parentElement, data, { download: () => setTriggerValue("download", true), camera: () => setTriggerValue("camera", true) }, before);
    views.set(parentElement, view);
  }
  return () => {
    views.get(parentElement)?.destroy();
    views.delete(parentElement);
  };
}
