/**
 * Who answers a page: the server that it came from, or, in a file that needs none, the page itself (alone/).
 * @module
 */

export const house = {
  /** @type {(address: string, how?: any) => Promise<Response>} */
  fetch: (address, how) => globalThis.fetch(address, how),
  /** @type {any} what a live socket is made of */
  Socket: globalThis.WebSocket,
  /** @type {{model: string, decode: (z: Float32Array, condition?: number) => any} | null} what decodes at once, where nobody else does */
  near: null,
  /** @type {() => Promise<Record<string, import("../page/term.js").Entry>>} what each term of the field means */
  glossary: () => globalThis.fetch(new URL("../words/glossary.json", import.meta.url)).then((response) => response.json()),
  /** Whether the page is a file that stands alone: its state is in no address to be handed on, and nobody reads other files for it. */
  alone: false,
};
