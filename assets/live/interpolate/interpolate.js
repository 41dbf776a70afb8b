/**
 * Paths between pictures, and the picture that follows the hand along them.
 * @module
 */

/** @type {WeakMap<object, Door>} */
const doors = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function interpolate({ parentElement, data, setTriggerValue }) {
  const door = doors.get(parentElement);
  if (!door?.leadsTo(data)) {
    door?.close();
    doors.set(parentElement, new Door(parentElement, data, { download: () => setTriggerValue("download", true) }));
  }
  return () => {
    doors.get(parentElement)?.close();
    doors.delete(parentElement);
  };
}

/** A view that is being loaded, or stands. The codes of the test images are asked for before its modules are. */
class Door {
  constructor(root, data, page) {
    this.data = data;
    const codes = fetch(`${data.base}api/codes?model=${encodeURIComponent(data.model)}`, { cache: "no-cache" });
    codes.catch(() => {}); // told by the view, once it is there
    import("./view.js").then(({ PathView }) => {
      if (!this.closed) this.view = new PathView(root, data, page, codes);
    });
  }

  /** Say whether this is the same model in the same state, with the same images to choose from. */
  leadsTo({ model, checksum, originals, images }) {
    return this.data.model === model && this.data.checksum === checksum && this.data.originals === originals && this.data.images?.title === images?.title;
  }

  close() {
    this.closed = true;
    this.view?.destroy();
  }
}
