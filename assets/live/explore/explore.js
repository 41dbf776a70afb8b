/**
 * The explorer: sliders, a map or both, and the picture that follows them.
 * @module
 */

import { doorway, leadsToSameModel } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

async function load({ parentElement, data, setTriggerValue }, _, now) {
  const [{ ExploreView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  return () => new ExploreView(parentElement, now(), view, { download: () => setTriggerValue("download", true) });
}

// Data of the same model go into the view that stands: the address may ask for another place.
export default doorway({ load, leadsTo: leadsToSameModel });
