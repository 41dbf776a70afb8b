/**
 * The door of a component: what the server has to say is asked for while the view's modules are still being loaded.
 * @module
 */

/**
 * @typedef {object} View
 * @property {() => void} destroy
 */

/** A view that is being loaded, or stands. */
class Door {
  /**
   * @param {any} data
   * @param {Promise<Response> | null} asked
   * @param {(asked: Promise<Response> | null, now: () => any) => Promise<() => View>} load
   */
  constructor(data, asked, load) {
    this.data = data;
    asked?.catch(() => {}); // told by the view, once it is there
    load(asked, () => this.data).then((make) => {
      if (!this.closed) this.view = make();
    });
  }

  close() {
    this.closed = true;
    this.view?.destroy();
  }
}

/**
 * Return what Streamlit calls when the component appears and again whenever its data change.
 * @param {object} how
 * @param {(data: any) => Promise<Response> | null} how.ask what is asked for at once
 * @param {(component: any, asked: Promise<Response> | null, now: () => any) => Promise<() => View>} how.load
 * @param {(door: {data: any, view?: any}, data: any) => boolean} how.leadsTo whether the view goes on with these data
 */
export function doorway({ ask, load, leadsTo }) {
  /** @type {WeakMap<object, Door>} */
  const doors = new WeakMap();
  return (component) => {
    const { parentElement, data } = component;
    const door = doors.get(parentElement);
    if (!door || !leadsTo(door, data)) {
      door?.close();
      doors.set(parentElement, new Door(data, ask(data), (asked, now) => load(component, asked, now)));
    }
    return () => {
      doors.get(parentElement)?.close();
      doors.delete(parentElement);
    };
  };
}

/** Ask for the codes of a model's test images. */
export const askForCodes = ({ base, model }) => fetch(`${base}api/codes?model=${encodeURIComponent(model)}`, { cache: "no-cache" });
