/**
 * Paths between pictures, and the picture that follows the hand along them.
 * @module
 */

import { askForCodes, doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";

/** Whether this is the same model in the same state, with the same images to choose from. */
const leadsTo = ({ data }, { model, checksum, originals, images }) =>
  data.model === model && data.checksum === checksum && data.originals === originals && data.images?.title === images?.title;

async function load({ parentElement, data, setTriggerValue }, codes) {
  const [{ PathView }, view] = await Promise.all([import("./view.js"), viewOf(data.item)]);
  return () => new PathView(parentElement, data, view, { download: () => setTriggerValue("download", true) }, codes);
}

export default doorway({ ask: askForCodes, load, leadsTo });
