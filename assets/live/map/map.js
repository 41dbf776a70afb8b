/**
 * The latent map: where the data lies, decoded under the pointer.
 *
 * This file is only the door: what the server has to say is asked for while the rest is still being loaded.
 * @module
 */

/** @type {WeakMap<object, Door>} */
const doors = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function map({ parentElement, data, setTriggerValue }) {
  const door = doors.get(parentElement);
  if (!door || !door.leadsTo(data)) {
    door?.close();
    doors.set(parentElement, new Door(parentElement, data, { download: () => setTriggerValue("download", true) }));
  }
  return () => {
    doors.get(parentElement)?.close();
    doors.delete(parentElement);
  };
}

/** A view that is being loaded, or stands. */
class Door {
  constructor(root, data, page) {
    this.data = data;
    const codes = fetch(`${data.base}api/codes?model=${encodeURIComponent(data.model)}`, { cache: "no-cache" });
    codes.catch(() => {}); // told by the view, once it is there
    import("./view.js").then(({ MapView }) => {
      if (!this.closed) this.view = new MapView(root, data, page, codes);
    });
  }

  /** Say whether this is the same model in the same state. */
  leadsTo({ model, checksum, originals }) {
    return this.data.model === model && this.data.checksum === checksum && this.data.originals === originals;
  }

  close() {
    this.closed = true;
    this.view?.destroy();
  }
}
