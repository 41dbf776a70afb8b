/**
 * Restore: a picture is spoiled, and restored beside it while the amount is moved.
 * @module
 */

import { doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

/** Take the data of the same model in the same state into the view that stands: the camera may have taken a picture. */
function leadsTo(door, data) {
  if (door.data.model !== data.model || door.data.checksum !== data.checksum) return false;
  door.data = data;
  door.view?.update(data);
  return true;
}

async function load({ parentElement, data, setTriggerValue }, _, now) {
  const [{ RestoreView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  const page = { download: () => setTriggerValue("download", true), camera: () => setTriggerValue("camera", true) };
  return (kept) => new RestoreView(parentElement, now(), view, page, kept);
}

export default doorway({ load, leadsTo });
