/**
 * Panels of which one is open, with the keys that such tabs have everywhere.
 * @module
 */

import { h, icon } from "./dom.js";

export class Tabs {
  /** @param {Record<string, [string, string]>} tabs name: [words, icon] @param {(name: string) => void} onOpen */
  constructor(tabs, onOpen) {
    this.onOpen = onOpen;
    this.names = Object.keys(tabs);
    this.buttons = {};
    this.panels = {};
    for (const [name, [words, glyph]] of Object.entries(tabs)) {
      this.buttons[name] = h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "aria-controls": `panel-${name}`,
          "data-tab": name,
          onclick: () => this.open(name),
          onkeydown: (event) => this.#key(event, name),
        },
        icon(glyph),
        h("span", {}, words),
        h("b", { hidden: true }),
      );
      this.panels[name] = h("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: "-1" });
    }
    this.element = h(
      "section",
      { class: "tabs" },
      h("div", { role: "tablist", "aria-label": "Tools" }, ...Object.values(this.buttons)),
      ...Object.values(this.panels),
    );
    this.open(this.names[0]);
  }

  open(name) {
    this.onOpen(name);
    for (const other of this.names) {
      this.buttons[other].setAttribute("aria-selected", String(other === name));
      this.buttons[other].tabIndex = other === name ? 0 : -1;
      this.panels[other].hidden = other !== name;
    }
  }

  fill(name, ...children) {
    this.panels[name].replaceChildren(...children);
  }

  /** Write how many things a panel holds on its tab. */
  count(name, n) {
    const badge = this.buttons[name].lastChild;
    badge.hidden = !n;
    badge.textContent = String(n);
  }

  #key(event, name) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.names[(this.names.indexOf(name) + step + this.names.length) % this.names.length];
    this.open(next);
    this.buttons[next].focus();
  }
}
