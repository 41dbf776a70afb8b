/**
 * Numbers that come with a page's data: JSON has no bytes, so they are base64.
 * @module
 */

/** Read bytes from base64. @returns {Uint8Array} */
export const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
