/**
 * The door of a component: what the server has to say is asked for while the view's modules are still being loaded.
 * @module
 */

import { house } from "../wire/house.js";

/**
 * @typedef {object} View
 * @property {() => void} destroy
 * @property {() => any} [keep] what the view that comes after it may go on with
 */

/** A view that is being loaded, or stands. While it is loaded, the one before it stays where it is. */
class Door {
  /**
   * @param {any} data
   * @param {Promise<Response> | null} asked
   * @param {(asked: Promise<Response> | null, now: () => any) => Promise<(kept: any) => View>} load
   * @param {Door | undefined} before
   * @param {() => void} onStands called once the view stands
   */
  constructor(data, asked, load, before, onStands) {
    Object.assign(this, { data, before });
    if (before) before.overtaken = true;
    asked?.catch(() => {}); // told by the view, once it is there
    load(asked, () => this.data).then((make) => {
      if (this.closed || this.overtaken) return;
      const kept = this.before?.close();
      this.before = undefined;
      this.view = make(kept);
      onStands();
    });
  }

  /** Let go of what stands here. @returns {any} what the next view may go on with */
  close() {
    this.closed = true;
    if (!this.view) return this.before?.close();
    const kept = this.view.keep?.();
    this.view.destroy();
    return kept;
  }
}

/**
 * Return what Streamlit calls when the component appears and again whenever its data change.
 * @param {object} how
 * @param {(data: any) => Promise<Response> | null} [how.ask] what is asked for at once
 * @param {(component: any, asked: Promise<Response> | null, now: () => any) => Promise<(kept: any) => View>} how.load
 *   and make the view, with what the one before it has kept
 * @param {(door: {data: any, view?: any}, data: any) => boolean} how.leadsTo whether the view goes on with these data
 */
export function doorway({ ask = () => null, load, leadsTo }) {
  /** @type {WeakMap<object, Door>} */
  const doors = new WeakMap();
  return (component) => {
    const { parentElement, data } = component;
    const door = doors.get(parentElement);
    if (!door || !leadsTo(door, data)) {
      const stands = () => markStanding(parentElement);
      doors.set(parentElement, new Door(data, ask(data), (asked, now) => load(component, asked, now), door, stands));
    }
    return () => {
      doors.get(parentElement)?.close();
      doors.delete(parentElement);
    };
  };
}

/** Until here its place has been drawn by the page (assets/style.css). @param {any} parent a shadow root or what lies in one */
function markStanding(parent) {
  const host = parent.getRootNode?.().host ?? parent;
  if (host.dataset) host.dataset.stands = "";
}

/**
 * Take the data of the same model in the same state into the view that stands, and say whether they were of it.
 * @param {{data: any, view?: any}} door
 * @param {any} data
 */
export function leadsToSameModel(door, data) {
  if (door.data.model !== data.model || door.data.checksum !== data.checksum) return false;
  door.data = data;
  door.view?.update(data);
  return true;
}

/** Ask for the codes of a model's test images. */
export const askForCodes = ({ base, model }) => house.fetch(`${base}api/codes?model=${encodeURIComponent(model)}`, { cache: "no-cache" });
