/**
 * Addresses of a classroom: /learn?room=BKRT for phones, &lead for whoever leads, and the state of a lesson that all are shown.
 * Pure functions.
 * @module
 */

const ROOM = /^[BCDFGHJKLMNPQRSTVWXZ]{4}$/; // as web/words/lessons.py reads it
const OWN = ["room", "lead", "lang", "show", "check"]; // each window's own
const HERE = ["localhost", "127.0.0.1", "[::1]"];

/** The letters of a room as somebody typed them, or null where they are none. @param {string} text */
export function roomOf(text) {
  const code = text.replaceAll(/[\s-]/g, "").toUpperCase();
  return ROOM.test(code) ? code : null;
}

/** Whether an address is of a window that leads its room. @param {string} search */
export const leads = (search) => new URLSearchParams(search).has("lead");

const inLanguage = (language) => (language === "en" ? "" : `&lang=${language}`);

/** Where phones vote, below the app's own address. @param {string} code @param {string} language */
export const roomAddress = (code, language) => `learn?room=${code}${inLanguage(language)}`;

/** What is looked at before a class. @param {string} base @param {string} language */
export const checkAddress = (base, language) => `${base}learn?check${inLanguage(language)}`;

/** A lesson's state as all can be shown it, "" where an address is of no lesson. @param {string} href */
export function viewOf(href) {
  const parts = new URL(href).search.slice(1).split("&").filter((part) => part && !OWN.includes(part.split("=")[0]));
  const lesson = parts.find((part) => part.startsWith("lesson="));
  return lesson ? `learn?${[lesson, ...parts.filter((part) => part !== lesson)].join("&")}` : "";
}

/** Such a state as the address of a phone that follows. @param {string} view @param {string} code @param {string} language */
export const followed = (view, code, language) => `${view}&room=${code}${inLanguage(language)}`;

/** An address with the marks of a window that leads a room, or without them. @param {string} href @param {string | null} code */
export function leading(href, code) {
  const url = new URL(href);
  const parts = url.search.slice(1).split("&").filter((part) => part && !["room", "lead"].includes(part.split("=")[0]));
  url.search = [...parts, ...(code ? [`room=${code}`, "lead"] : [])].join("&");
  return url.href;
}

/**
 * The server's address as a class can open it: this window's own, unless it means this machine alone.
 * @param {{protocol: string, hostname: string, host: string, port: string}} location @param {{lan: string | null, open: boolean}} reach
 * @returns {{origin: string} | {problem: "only-here" | "no-network"}}
 */
export function classOrigin({ protocol, hostname, host, port }, { lan, open }) {
  if (!HERE.includes(hostname)) return { origin: `${protocol}//${host}` };
  if (!open) return { problem: "only-here" };
  return lan ? { origin: `${protocol}//${lan}${port && `:${port}`}` } : { problem: "no-network" };
}

/** The socket of a room. @param {{protocol: string, host: string}} location */
export const socketAddress = ({ protocol, host }, base, code, who, language) =>
  `${protocol === "https:" ? "wss" : "ws"}://${host}${base}api/room?room=${code}&who=${who}&lang=${language}`;
