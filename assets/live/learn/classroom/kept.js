/**
 * What a window keeps of its room: a random word instead of a name, whether it follows, and the key of a room that it leads.
 * @module
 */

const WHO = "room.who";
const FOLLOWS = "room.follows";
const VIEW = "room.view";
const LEADS = "room.leads";

/** @param {Storage} storage */
function read(storage, name) {
  try {
    return storage.getItem(name);
  } catch {
    return null; // no storage for this page
  }
}

/** @param {Storage} storage @param {string | null} value null: forget it */
function write(storage, name, value) {
  try {
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, value);
  } catch {
    // then it is not kept
  }
}

/** A random word of 22 letters. `crypto.randomUUID` is not there at an address that begins with http. */
export const word = () => Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte & 31]).join("");

/** Who this window is, to be told from others: as long as it is open. */
export function who() {
  const kept = read(sessionStorage, WHO);
  if (kept) return kept;
  const fresh = word();
  write(sessionStorage, WHO, fresh);
  return fresh;
}

export const follows = () => read(sessionStorage, FOLLOWS) !== "no";
/** @param {boolean} follow */
export const keepFollowing = (follow) => write(sessionStorage, FOLLOWS, follow ? null : "no");

/** The view that brought this window where it is. */
export const viewHere = () => read(sessionStorage, VIEW) ?? "";
/** @param {string} view */
export const keepView = (view) => write(sessionStorage, VIEW, view || null);

/** The room that this browser leads, or null. @returns {{code: string, key: string} | null} */
export function led() {
  const [code, key] = (read(localStorage, LEADS) ?? "").split(" ");
  return code && key ? { code, key } : null;
}
/** @param {{code: string, key: string} | null} room */
export const keepLed = (room) => write(localStorage, LEADS, room && `${room.code} ${room.key}`);
