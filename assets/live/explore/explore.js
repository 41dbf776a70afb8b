/**
 * The explorer: sliders, a map or both, and the picture that follows them.
 * @module
 */

import { doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

/** Take the data of the same model in the same state into the view that stands: the address may ask for another place. */
function leadsTo(door, data) {
  if (door.data.model !== data.model || door.data.checksum !== data.checksum) return false;
  door.data = data;
  door.view?.update(data);
  return true;
}

async function load({ parentElement, data, setTriggerValue }, _, now) {
  const [{ ExploreView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  return () => new ExploreView(parentElement, now(), view, { download: () => setTriggerValue("download", true) });
}

export default doorway({ load, leadsTo });
