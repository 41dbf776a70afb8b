/**
 * The latent map: where the data lies, decoded under the pointer.
 * @module
 */

import { askForCodes, doorway } from "../shared/page/door.js";

/** Whether this is the same model in the same state. */
const leadsTo = ({ data }, { model, checksum, originals }) => data.model === model && data.checksum === checksum && data.originals === originals;

async function load({ parentElement, data, setTriggerValue }, codes) {
  const { MapView } = await import("./view.js");
  return () => new MapView(parentElement, data, { download: () => setTriggerValue("download", true) }, codes);
}

export default doorway({ ask: askForCodes, load, leadsTo });
