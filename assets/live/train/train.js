/**
 * A training run in the browser: how it stands, its curves, its moments, all other runs.
 *
 * This file is only the door: what the server has to say is asked for while the rest is still being loaded.
 * @module
 */

/** @type {WeakMap<object, Door>} */
const doors = new WeakMap();

/** Streamlit calls this when the component appears and again whenever its data change. */
export default function train({ parentElement, data, setTriggerValue }) {
  const door = doors.get(parentElement);
  if (door) door.lead(data);
  else {
    const page = { opened: (name) => setTriggerValue("opened", name ?? ""), changed: () => setTriggerValue("changed", true) };
    doors.set(parentElement, new Door(parentElement, data, page));
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
    const asked = data.run ? fetch(`${data.base}api/run?${new URLSearchParams({ run: data.run, metrics: "0", held_out: "0" })}`, { cache: "no-store" }) : null;
    asked?.catch(() => {}); // told by the feed, once it is there
    import("./view.js").then(({ TrainView }) => {
      if (!this.closed) this.view = new TrainView(root, this.data, page, this.data === data ? asked : null);
    });
  }

  /** Show what the page has come to: another run, mostly. */
  lead(data) {
    this.data = data;
    this.view?.open(data.run);
  }

  close() {
    this.closed = true;
    this.view?.destroy();
  }
}
