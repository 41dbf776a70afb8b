/**
 * Sweeps in the browser: which there are, and of one its table and its curves, which grow.
 * @module
 */

import { doorway } from "../../shared/page/door.js";

/** Show what the page has come to in the view that stands. */
function leadsTo(door, data) {
  door.data = data;
  door.view?.open(data.sweep);
  return true;
}

async function load({ parentElement, data, setTriggerValue }, asked, now) {
  const { SweepView } = await import("./view.js");
  const page = { chosen: (name) => setTriggerValue("chosen", name ?? ""), opened: (name) => setTriggerValue("opened", name) };
  return () => new SweepView(parentElement, { ...data, sweep: now().sweep }, page);
}

export default doorway({ load, leadsTo });
