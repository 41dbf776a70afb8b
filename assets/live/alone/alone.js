/**
 * A model in one file that needs no server: the app's own pages one below the other, each as it is, and in place of the server
 * the model itself. This alone may know other pages' folders.
 * @module
 */

import explore from "../explore/explore.js";
import hero from "../home/hero.js";
import latentMap from "../map/map.js";
import { readCode } from "../shared/keeping/links.js";
import { h } from "../shared/page/dom.js";
import { numbersOf } from "../shared/views/starts.js";
import { viewOf } from "../shared/views/view.js";
import { house } from "../shared/wire/house.js";
import listenForTerms from "../shared/words/glossary.js";
import { BASE, answering } from "./answers.js";
import { Plane, Regressed } from "./maps.js";
import { PageModel } from "./model.js";
import { unpacked } from "./pack.js";
import { socketOf } from "./socket.js";

const AHEAD = "80% 0px"; // of the window, or the frame: so far below it a room is made ready

/** The parts of the page that a model fills. @type {Record<string, {show: (component: any) => void, sheets: string[]}>} */
const ROOMS = {
  machine: { show: hero, sheets: ["shared/tokens.css", "home/hero.css", "shared/line/line.css"] },
  numbers: { show: explore, sheets: ["shared/tokens.css", "explore/explore.css", "shared/line/line.css"] },
  map: { show: latentMap, sheets: ["shared/tokens.css", "map/map.css", "shared/panels.css"] },
};

const textOf = (id) => /** @type {HTMLElement} */ (document.getElementById(id)).textContent;

/** The maps of a model, each made when it is first asked for. */
function atlas(said, numbers) {
  const made = new Map();
  const { dims } = said.latent;
  const make = ({ name, plane }) =>
    plane ? new Plane(numbers.get("centre"), dims, plane) : new Regressed(numbers.get("centre"), dims, numbers.get(name), said.codes.scale);
  return (id) => {
    const map = said.maps.find(({ name }) => name === id);
    if (map && !made.has(id)) made.set(id, make(map));
    return made.get(id);
  };
}

/** Take the server's place. */
function settle(said, view) {
  const numbers = unpacked(said.numbers, textOf("model-numbers"));
  const mapOf = atlas(said, numbers);
  const model = new PageModel(said, view, numbers, mapOf);
  if (said.images) model.things.pixels = numbersOf(said.images.pixels, view);
  const decode = (z, condition) => model.near(z, condition);
  const near = { model: said.model, decode };
  const glossary = async () => said.glossary;
  Object.assign(house, { fetch: answering(said, numbers, mapOf), Socket: socketOf(model), near, glossary, alone: true });
}

/** A room of the page, with the style of the page that it is in the app. */
class Room {
  /** @param {string} name @param {any} data */
  constructor(name, data) {
    Object.assign(this, { ...ROOMS[name], data });
    this.host = /** @type {HTMLElement} */ (document.querySelector(`[data-room="${name}"]`));
    this.root = this.host.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [...this.sheets.map(sheetOf), sheetOf("alone/rooms.css")];
  }

  /** Show the model, with these data in place of what it was shown with before. @param {any} [change] */
  open(change = {}) {
    this.data = { ...this.data, ...change };
    this.host.dataset.open = "true";
    try {
      this.show({ parentElement: this.root, data: this.data, setTriggerValue: () => {} });
      listenForTerms(this.root);
    } catch (error) {
      this.host.before(h("p", { class: "failed", role: "status" }, "This part cannot be shown by this browser; the others can."));
      throw error; // for who looks into it
    }
  }

  /** Show it as soon as it comes near. */
  openSoon() {
    const watch = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      watch.disconnect();
      if (!this.host.dataset.open) this.open();
    }, { root: document, rootMargin: AHEAD });
    watch.observe(this.host);
  }
}

const made = new Map();

/** A style sheet of the file, made once. @param {string} name */
function sheetOf(name) {
  if (!made.has(name)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(/** @type {HTMLElement} */ (document.querySelector(`script[data-sheet="${name}"]`)).textContent);
    made.set(name, sheet);
  }
  return made.get(name);
}

/**
 * Follow links to parts of the page, and those that lead to Explore in the app: the code that they name is shown among the
 * numbers. The browser would follow them too, but for a page in a frame of its own text, which has no address to go from.
 */
function followLinks(numbers, { latent }) {
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node instanceof Element && node.matches("a[href^='#']"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const [path, query = ""] = /** @type {Element} */ (link).getAttribute("href").split("?");
    const z = path === `${BASE}explore` && readCode(query, latent);
    if (z) numbers.open({ start: { z, image: null } });
    goTo(z ? numbers.host.closest("section") : document.getElementById(path.slice(1)));
  });
}

/** @param {HTMLElement | null} section */
function goTo(section) {
  section?.scrollIntoView(); // smooth or not, as the page's style says
  section?.focus({ preventScroll: true });
}

/** A conditional model decodes all places of its map as one class, which is chosen above it. */
function chooseClass(map, { given, checksum }) {
  if (!given) return;
  const options = given.choices.map((choice, number) => h("option", { value: number }, choice));
  const select = h("select", {}, ...options);
  select.addEventListener("change", () => {
    const chosen = Number(select.value);
    map.open({ given: { ...given, chosen }, checksum: `${checksum} ${chosen}` });
  });
  map.host.before(h("label", { class: "told" }, `Places are decoded as ${given.name}`, select));
}

const said = JSON.parse(textOf("model-said"));
const view = await viewOf(said.item);
settle(said, view);
const data = { ...said, base: BASE, plain: true, factors: [], start: { z: null, image: null } };
const there = Object.keys(ROOMS).filter((name) => document.querySelector(`[data-room="${name}"]`));
const rooms = Object.fromEntries(there.map((name) => [name, new Room(name, data)]));
followLinks(rooms.numbers, said);
rooms.machine.open();
rooms.numbers.openSoon();
if (rooms.map) {
  chooseClass(rooms.map, said);
  rooms.map.openSoon();
}
