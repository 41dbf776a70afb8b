/**
 * The latent map: where the data lies, decoded under the pointer.
 * @module
 */

import { askForCodes, doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

/** Whether this is the same model in the same state. */
const leadsTo = ({ data }, { model, checksum, originals }) => data.model === model && data.checksum === checksum && data.originals === originals;

async function load({ parentElement, data, setTriggerValue }, codes) {
  const [{ MapView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  return () => new MapView(parentElement, data, view, { download: () => setTriggerValue("download", true) }, codes);
}

export default doorway({ ask: askForCodes, load, leadsTo });
