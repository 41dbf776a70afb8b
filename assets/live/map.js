/**
 * The latent map: where the data lies, decoded under the pointer.
 * @module
 */

import { MapView } from "./mapview.js";

/** @type {WeakMap<object, MapView>} */
const views = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function map({ parentElement, data, setTriggerValue }) {
  const view = views.get(parentElement);
  if (!view || view.data.model !== data.model || view.data.checksum !== data.checksum || view.data.originals !== data.originals) {
    view?.destroy();
    views.set(parentElement, new MapView(parentElement, data, { download: () => setTriggerValue("download", true) }));
  }
  return () => {
    views.get(parentElement)?.destroy();
    views.delete(parentElement);
  };
}
