/**
 * Restore: a picture is spoiled, and restored beside it while the amount is moved.
 * @module
 */

import { doorway, leadsToSameModel } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

async function load({ parentElement, data, setTriggerValue }, _, now) {
  const [{ RestoreView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  const page = { download: () => setTriggerValue("download", true), camera: () => setTriggerValue("camera", true) };
  return (kept) => new RestoreView(parentElement, now(), view, page, kept);
}

// Data of the same model go into the view that stands: the camera may have taken a picture.
export default doorway({ load, leadsTo: leadsToSameModel });
