/**
 * The Detect page: how well a model's scores tell unusual images from normal ones.
 * @module
 */

import { doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

/** Whether this is the same model in the same state. */
const leadsTo = ({ data }, { model, checksum }) => data.model === model && data.checksum === checksum;

async function load({ parentElement, data }) {
  const [{ DetectView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  return () => new DetectView(parentElement, data, view);
}

export default doorway({ load, leadsTo });
