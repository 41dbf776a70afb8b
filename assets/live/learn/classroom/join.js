/**
 * Where somebody types the four letters of a room.
 * @module
 */

import { h } from "../../shared/page/dom.js";
import { roomAddress, roomOf } from "./address.js";

/** @param {any} data of the Learn page */
export function joinForm(data) {
  const words = data.room;
  const id = "room-code";
  const problem = h("p", { class: "problem", role: "status", "data-role": "join-problem" });
  const how = { id, name: "room", maxlength: "9", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", size: "6" };
  const field = h("input", { ...how, type: "text", "data-role": "code", placeholder: "BKRT", "aria-label": words.code });
  const join = (event) => {
    event.preventDefault();
    const code = roomOf(field.value);
    if (code) location.assign(data.base + roomAddress(code, data.language));
    else problem.textContent = words.badCode;
  };
  const label = h("label", { for: id }, words.joinLead);
  return h("form", { class: "join", "data-role": "join", onsubmit: join }, label, field, h("button", { type: "submit", class: "quiet" }, words.join), problem);
}
