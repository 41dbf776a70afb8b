/**
 * The page's state as an address: ?model=mnist-without-4&against=class&class=4&score=relative-error&threshold=alarms-5
 * @module
 */

/**
 * @typedef {object} Against what the normal images are compared with
 * @property {"class" | "set" | "spoiled" | "own"} kind
 * @property {string} [name] of the class, by its number, of the data set or of the corruption
 * @property {number} [amount] of the corruption, in [0, 1]
 */

/** Rules that set a threshold: a share of false alarms that is let through, or the best balance. */
export const RULES = { "alarms-1": 0.01, "alarms-5": 0.05, "alarms-10": 0.1, best: null };
export const FIRST_RULE = "alarms-5";

const OURS = ["against", "class", "set", "corruption", "amount", "score", "threshold"];

/**
 * Put the state into an address, leaving what else it carries as it is.
 * @param {string} href
 * @param {{model: string, against: Against, score: string, rule: string | null, threshold: number}} state
 */
export function withDetect(href, { model, against, score, rule, threshold }) {
  const url = new URL(href);
  for (const name of OURS) url.searchParams.delete(name);
  url.searchParams.set("model", model);
  url.searchParams.set("against", against.kind);
  if (against.kind === "class" || against.kind === "set") url.searchParams.set(against.kind, against.name ?? "");
  if (against.kind === "spoiled") {
    url.searchParams.set("corruption", against.name ?? "");
    url.searchParams.set("amount", String(Number((against.amount ?? 0).toFixed(3))));
  }
  url.searchParams.set("score", score);
  url.searchParams.set("threshold", rule ?? String(Number(threshold.toPrecision(6))));
  return url.href;
}

/**
 * Read what an address asks for; what it does not say, or what cannot be had, is the page's choice, and a note says so.
 * @param {string} search
 * @param {{against: Against, score: string}} first the page's choice
 * @param {{classes: string[], sets: string[], corruptions: string[], scores: string[], own: boolean}} known the classes by their
 *   numbers; own: whether pictures of one's own are taken
 * @returns {{against: Against, score: string, rule: string | null, threshold: number | null, notes: string[]}}
 */
export function readDetect(search, first, known) {
  const asked = new URLSearchParams(search);
  const notes = [];
  const one = (name, among, otherwise, what) => {
    const value = asked.get(name);
    if (value === null || among.includes(value)) return value ?? otherwise;
    notes.push(`There is no ${what} ${JSON.stringify(value.slice(0, 40))} here, so this shows another.`);
    return otherwise;
  };
  const score = one("score", known.scores, first.score, "score");
  return { against: readAgainst(asked, first.against, known, one), score, ...readThreshold(asked.get("threshold"), notes), notes };
}

function readAgainst(asked, first, known, one) {
  const kind = one("against", ["class", "set", "spoiled", ...(known.own ? ["own"] : [])], null, "way to compare");
  if (kind === "own") return { kind };
  if (kind === "spoiled" && known.corruptions.length) {
    const name = one("corruption", known.corruptions, known.corruptions[0], "corruption");
    const amount = asked.get("amount");
    const is = amount !== null && amount.trim() !== "" && Number(amount) >= 0 && Number(amount) <= 1;
    return is ? { kind, name, amount: Number(amount) } : { kind, name };
  }
  const among = { class: known.classes, set: known.sets }[kind];
  if (!among?.length) return first;
  const name = one(kind, among, null, kind === "class" ? "class" : "data set");
  return name === null ? first : { kind, name };
}

function readThreshold(text, notes) {
  if (text === null) return { rule: FIRST_RULE, threshold: null };
  if (Object.hasOwn(RULES, text)) return { rule: text, threshold: null };
  if (text.trim() !== "" && Number.isFinite(Number(text))) return { rule: null, threshold: Number(text) };
  notes.push("The threshold in the address is no number, so 5 in 100 false alarms are let through.");
  return { rule: FIRST_RULE, threshold: null };
}
