/**
 * The Map page's controls: which map, what lies on it and colours it, and what can be saved.
 * @module
 */

import { FACTOR } from "./address.js";
import { h, icon, iconButton } from "../shared/page/dom.js";
import { house } from "../shared/wire/house.js";
import { capital, nameOf } from "../shared/words/names.js";

/** What can be laid on a map: its name, its words (of what the model draws), on which maps it means something, and what a model must be able to do. */
export const LAYERS = [
  { name: "pictures", words: ({ nouns }) => `${capital(nouns)} underneath`, says: "What the decoder makes of each place", on: () => true },
  { name: "names", words: () => "Names of the classes", says: "Where each class is densest and by itself", on: () => true },
  {
    name: "density",
    words: () => "Density of the codes",
    says: "The regions that hold 50, 90 and 99 % of the codes; on a latent plane and two dimensions, of the aggregate posterior",
    on: () => true,
  },
  {
    name: "prior",
    words: () => "The prior’s 1, 2 and 3 σ",
    says: "How far the prior, a standard normal, reaches: in a plane 39, 86 and 99 % of it lie within 1, 2 and 3 σ",
    on: (map) => !map.startsWith("tsne"),
    needs: "rings",
  },
  {
    name: "ellipses",
    words: () => "Posteriors of chosen points",
    says: "The encoder’s approximation q(z|x) to each: one and two standard deviations, at true scale, 39 and 86 % of it",
    on: (map) => map === "identity" || map.startsWith("dimensions"),
    needs: "spread",
  },
  { name: "thumbnails", words: ({ nouns }) => `${capital(nouns)} of points, zoomed in`, says: "As soon as there is room for them", on: () => true },
];

/** What a model can do, and whether its prior is the normal whose rings can be drawn. @param {{can: string[], latent: {prior: string}}} data */
export const abilities = ({ can, latent }) => (latent.prior === "normal" ? [...can, "rings"] : can);

/** What lies on a map that nobody has chosen: no layer of what a model cannot do. @param {string[]} can @param {boolean} plane whether it has two dimensions */
export const layersOf = (can, plane) => ({
  ...{ pictures: plane, density: false, thumbnails: true, names: true },
  prior: plane && can.includes("rings"),
  ellipses: can.includes("spread"),
});

/**
 * @typedef {object} MapState
 * @property {string} map
 * @property {string} colour
 * @property {"move" | "lasso"} tool
 * @property {number} size pixels @property {number} opacity in (0, 1]
 * @property {Record<string, boolean>} layers
 */

export class MapTools {
  /**
   * @param {object} options
   * @param {number} options.dims
   * @param {number[]} options.order dimensions, those that carry most first
   * @param {{name: string, title: string, offered: boolean}[]} options.maps
   * @param {string[]} options.can what the model can do
   * @param {{nouns: string}} options.drawn what it draws, in words
   * @param {(change: Partial<MapState>) => void} options.onChange
   * @param {Record<"zoomIn" | "zoomOut" | "fit" | "png" | "svg" | "csv" | "link", (button: any) => void>} options.does
   */
  constructor({ dims, order, maps, can, drawn, onChange, does }) {
    Object.assign(this, { dims, order, drawn, onChange });
    this.can = (ability) => !ability || can.includes(ability);
    this.inputs = {};
    const [first, ...others] = LAYERS.filter(({ needs }) => this.can(needs));
    this.element = h(
      "div",
      { class: "map-tools" },
      this.#maps(maps),
      this.#pictures(first),
      h("span", { class: "spring" }),
      this.#tool(),
      this.#layers(others),
      this.#saves(does),
    );
    this.zoom = h(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom" },
      ...[
        ["zoomIn", "plus", "Zoom in. Key: +"],
        ["zoomOut", "minus", "Zoom out. Key: −"],
        ["fit", "fit", "Show all points. Key: 0"],
      ].map(([name, glyph, title]) => iconButton(glyph, { "data-role": name, title, "aria-label": title, onclick: does[name] })),
    );
  }

  /** Say what the pictures of points are: originals, all or some of them, or reconstructions. @param {boolean} all @param {boolean} some */
  tellOriginals(all, some) {
    const what = all ? "Originals" : some ? "Originals at hand, or reconstructions," : "Reconstructions";
    this.inputs.thumbnails.nextElementSibling.textContent = `${what} of points, zoomed in`;
  }

  /** Show the state. @param {MapState} state @param {boolean} classes whether points have classes */
  show(state, classes) {
    const kind = state.map.split("-")[0];
    for (const [name, input] of Object.entries(this.maps)) input.checked = name === kind;
    this.pair.hidden = kind !== "dimensions";
    if (kind === "dimensions") {
      const [, i, j] = state.map.split("-");
      [this.first.value, this.second.value] = [i, j];
    }
    this.colour.value = state.colour;
    this.colour.querySelector("[value=class]").disabled = !classes;
    this.lasso.setAttribute("aria-pressed", String(state.tool === "lasso"));
    for (const { name, on } of LAYERS.filter(({ needs }) => this.can(needs))) {
      this.inputs[name].checked = state.layers[name];
      this.inputs[name].disabled = !on(state.map);
    }
    this.inputs.size.value = state.size;
    this.inputs.opacity.value = state.opacity;
  }

  #maps(maps) {
    this.maps = {};
    const choose = (kind) => () => this.onChange({ map: kind === "dimensions" ? this.#pairOf(this.order[0], this.order[1]) : kind });
    const offered = maps.filter((map) => map.offered);
    const options = offered.map(({ name: kind, title }) => {
      this.maps[kind] = h("input", { type: "radio", name: "latent-map", value: kind, onchange: choose(kind) });
      return h("label", {}, this.maps[kind], h("span", {}, title));
    });
    const select = (words) =>
      h("select", { "aria-label": words, onchange: () => this.#pairChosen() }, ...this.order.map((dim) => h("option", { value: dim }, nameOf(dim))));
    [this.first, this.second] = [select("Dimension along x"), select("Dimension along y")];
    this.pair = h("span", { class: "pair", hidden: true }, this.first, "×", this.second);
    return h("div", { class: "map-choice" }, h("div", { class: "segments", role: "radiogroup", "aria-label": "Map" }, ...options), this.pair);
  }

  #pairOf = (i, j) => `dimensions-${i}-${j}`;

  #pairChosen() {
    const [i, j] = [Number(this.first.value), Number(this.second.value)];
    // The same twice is no plane: the other one gives way.
    this.onChange({ map: this.#pairOf(i, j === i ? this.order.find((dim) => dim !== i) : j) });
  }

  /** Offer what things were drawn from, where that is known, as colours. @param {{name: string}[]} factors */
  offerFactors(factors) {
    if (!factors.length) return;
    const options = factors.map(({ name }) => h("option", { value: FACTOR + name }, name));
    this.colour.append(h("optgroup", { label: "What each was drawn from" }, ...options));
  }

  #colours() {
    const label = this.can("spread") ? "Coordinate, most KL first" : "Coordinate";
    this.colour = h(
      "select",
      { "data-role": "colour", onchange: () => this.onChange({ colour: this.colour.value }) },
      h("option", { value: "class" }, "class"),
      this.can("bound") && h("option", { value: "elbo" }, "−ELBO"),
      h("option", { value: "error" }, "reconstruction error"),
      h("optgroup", { label }, ...this.order.map((dim) => h("option", { value: `z${dim + 1}` }, nameOf(dim)))),
    );
    return h("label", { class: "measure" }, h("span", {}, "Colour"), this.colour);
  }

  #tool() {
    const toggle = () => this.onChange({ tool: this.lasso.getAttribute("aria-pressed") === "true" ? "move" : "lasso" });
    this.lasso = iconButton(
      "lasso",
      { "data-role": "lasso", "aria-pressed": "false", title: "Draw around two groups of points to compare them. Or hold Shift and drag", onclick: toggle },
      h("span", {}, "Lasso"),
    );
    return this.lasso;
  }

  /** The switch of the pictures underneath, which is what one looks for first; the other layers fold away. */
  #pictures({ name, words, says }) {
    this.inputs[name] = h("input", { type: "checkbox", role: "switch", "data-layer": name, onchange: (event) => this.#lay(name, event) });
    return h("label", { class: "switch", title: says }, this.inputs[name], h("span", {}, words(this.drawn)));
  }

  #lay(name, { target }) {
    this.onChange({ layers: { [name]: target.checked } });
  }

  #layers(layers) {
    const checks = layers.map(({ name, words, says }) => {
      this.inputs[name] = h("input", { type: "checkbox", "data-layer": name, onchange: (event) => this.#lay(name, event) });
      return h("label", { class: "check", title: says }, this.inputs[name], h("span", {}, words(this.drawn)));
    });
    const slider = (name, words, min, max, step) => {
      this.inputs[name] = h("input", {
        type: "range",
        min,
        max,
        step,
        "data-role": name,
        oninput: (event) => this.onChange({ [name]: Number(event.target.value) }),
      });
      return h("label", { class: "measure" }, h("span", {}, words), this.inputs[name]);
    };
    return menu("Look", "layers", [this.#colours(), ...checks, slider("size", "Size", 1.5, 12, 0.5), slider("opacity", "Opacity", 0.05, 1, 0.05)]);
  }

  #saves(does) {
    const entry = (name, words) =>
      h("button", { type: "button", class: "entry", "data-role": `save-${name}`, onclick: (event) => does[name](event.currentTarget) }, words);
    return menu("Save", "save", [
      entry("png", "Map as PNG"),
      entry("svg", "Map as SVG"),
      entry("csv", "Codes and places as CSV"),
      !house.alone && entry("link", "Copy link"),
    ]);
  }
}

/** A button that opens a small panel below it; it closes at a press anywhere else, and at Escape. */
function menu(words, glyph, children) {
  const summary = h("summary", { class: "quiet" }, icon(glyph), h("span", {}, words));
  const details = h("details", { class: "menu", "data-role": `menu-${glyph}` }, summary, h("div", { class: "menu-panel" }, ...children));
  const close = (event) => {
    if (!event.composedPath().includes(details)) details.open = false;
  };
  details.addEventListener("toggle", () => {
    if (details.open) window.addEventListener("pointerdown", close, true);
    else window.removeEventListener("pointerdown", close, true);
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    summary.focus();
  });
  return details;
}
