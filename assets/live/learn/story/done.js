/**
 * Which lessons were gone through to their end: kept in this browser alone.
 * @module
 */

const KEY = "learn.done";

/** @returns {Set<string>} names of lessons */
export function done() {
  try {
    return new Set((localStorage.getItem(KEY) ?? "").split(",").filter(Boolean));
  } catch {
    return new Set(); // no storage for this page
  }
}

/** Remember that a lesson is done. @param {string} lesson */
export function mark(lesson) {
  try {
    localStorage.setItem(KEY, [...done().add(lesson)].join(","));
  } catch {
    // then it is not remembered
  }
}
