/**
 * What this window has sent to the server, for when it is loaded anew.
 * @module
 */

export class Sent {
  /** @param {string} key under which the window remembers it */
  constructor(key) {
    this.key = key;
  }

  /** @param {any} what null: nothing any more */
  remember(what) {
    try {
      if (what) sessionStorage[this.key] = JSON.stringify(what);
      else delete sessionStorage[this.key];
    } catch {
      // no storage for this page: the window forgets
    }
  }

  /** What this window remembers, or null. @returns {any} */
  recall() {
    try {
      return JSON.parse(sessionStorage[this.key]);
    } catch {
      return null;
    }
  }
}
