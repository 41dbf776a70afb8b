/**
 * Models beside each other under one hand.
 * @module
 */

import { doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

const leadsTo = ({ data }, { model, checksum }) => data.model === model && data.checksum === checksum;

async function load({ parentElement, data }) {
  const [{ CompareView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  return () => new CompareView(parentElement, data, view);
}

export default doorway({ load, leadsTo });
