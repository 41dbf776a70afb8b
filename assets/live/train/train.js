/**
 * A training run in the browser: how it stands, its curves, its moments, all other runs.
 * @module
 */

import { doorway } from "../shared/page/door.js";

const ask = ({ base, run }) =>
  run ? fetch(`${base}api/run?${new URLSearchParams({ run, metrics: "0", held_out: "0" })}`, { cache: "no-store" }) : null;

/** Show what the page has come to in the view that stands: another run, mostly. */
function leadsTo(door, data) {
  door.data = data;
  door.view?.lead(data);
  return true;
}

async function load({ parentElement, data, setTriggerValue }, asked, now) {
  const { TrainView } = await import("./view.js");
  const page = { opened: (name) => setTriggerValue("opened", name ?? ""), changed: () => setTriggerValue("changed", true) };
  return () => new TrainView(parentElement, now(), page, now() === data ? asked : null);
}

export default doorway({ ask, load, leadsTo });
