/**
 * Paths between pictures, and the picture that follows the hand along them.
 * @module
 */

import { askForCodes, doorway } from "../shared/page/door.js";

/** Whether this is the same model in the same state, with the same images to choose from. */
const leadsTo = ({ data }, { model, checksum, originals, images }) =>
  data.model === model && data.checksum === checksum && data.originals === originals && data.images?.title === images?.title;

async function load({ parentElement, data, setTriggerValue }, codes) {
  const { PathView } = await import("./view.js");
  return () => new PathView(parentElement, data, { download: () => setTriggerValue("download", true) }, codes);
}

export default doorway({ ask: askForCodes, load, leadsTo });
