/**
 * A walk through a 2-D latent space that goes on by itself, until a pointer takes it over.
 * @module
 */

import { h, icon } from "../shared/page/dom.js";
import { round } from "../shared/words/numbers.js";
import { Manifold } from "../shared/space/manifold.js";
import { doorway } from "../shared/page/door.js";
import { viewOf } from "../shared/views/view.js";
import { LiveSocket, address, toldOf } from "../shared/wire/socket.js";
import { formatCode } from "../shared/page/links.js";

const LOOP = 48; // seconds for one round
const PACE = 30; // ms a picture at least: half of a screen's frames are enough for a walk, and leave the server to others
const REST = 1500; // ms after the pointer has left until the walk goes on

/** A closed curve through where most of the prior lies: three turns one way while two the other. @returns {number[]} */
export function pathAt(t) {
  return [1.5 * Math.sin(6 * Math.PI * t), 1.5 * Math.cos(4 * Math.PI * t)];
}

/** The address of a place on Explore. */
export const placeOnExplore = (base, model, z) => `${base}explore?model=${encodeURIComponent(model)}&z=${formatCode(z)}`;

class Wander {
  /** @param {HTMLElement} root @param {any} data @param {import("../shared/views/view.js").View} view */
  constructor(root, data, view) {
    Object.assign(this, { data, view });
    this.walked = 0.04; // of the loop; starts where two shapes meet
    this.walking = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#build();
    root.append(this.page);
    this.socket = new LiveSocket(address(data.base, location));
    this.socket.told = toldOf(data);
    this.manifold.load(this.socket, data.model, view);
    this.follow(pathAt(this.walked));
    this.walk(this.walking);
  }

  #build() {
    const { data } = this;
    this.picture = h("canvas", {
      "data-role": "picture",
      role: "img",
      class: "pixels",
      width: 1,
      height: 1,
      "aria-label": `A picture that ${data.model} draws.`,
    });
    this.toggle = h("button", { type: "button", class: "toggle", onclick: () => this.walk(!this.walking) });
    this.link = h("a", { "data-role": "explore-here" }, "Explore this place");
    this.manifold = new Manifold({ hover: true, onMove: (z) => this.go(z), onGrab: () => this.pause(), onPick: () => this.link.click() });
    this.manifold.element.addEventListener("pointermove", () => this.pause());
    this.manifold.element.addEventListener("focus", () => this.pause());
    const byMouse = h("span", { class: "by-mouse" }, "Point anywhere on it; a click explores from there.");
    const byTouch = h("span", { class: "by-touch" }, "Tap anywhere on it.");
    const drawn = h("b", {}, "What the model draws there,");
    this.page = h(
      "div",
      { class: "wander", "data-model": data.model },
      h("figure", {}, this.manifold.element, h("figcaption", {}, h("b", {}, "The latent plane."), " ", byMouse, byTouch)),
      h("figure", {}, h("div", { class: "frame" }, this.picture, this.toggle), h("figcaption", {}, drawn, " computed as you move. ", this.link)),
    );
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.socket.close();
    this.page.remove();
  }

  /** Go on walking, or stop. */
  walk(on) {
    this.walking = on;
    this.toggle.replaceChildren(icon(on ? "pause" : "play"));
    this.toggle.setAttribute("aria-label", on ? "Pause the walk" : "Walk through the latent plane");
    cancelAnimationFrame(this.frame);
    if (!on) return;
    let last = performance.now();
    const step = (now) => {
      this.frame = requestAnimationFrame(step);
      if (now - last < PACE) return;
      if (now > (this.until ?? 0) && this.page.getBoundingClientRect().bottom > 0) {
        this.walked = (this.walked + (now - last) / 1000 / LOOP) % 1;
        this.follow(pathAt(this.walked));
      }
      last = now;
    };
    this.frame = requestAnimationFrame(step);
  }

  /** Leave the way to the pointer for a while. */
  pause() {
    this.until = performance.now() + REST;
  }

  follow(z) {
    this.manifold.place(z);
    this.go(z.map(round));
  }

  go(z) {
    this.link.href = placeOnExplore(this.data.base, this.data.model, z);
    this.socket.ask("picture", {
      op: "decode",
      model: this.data.model,
      shape: [1, 2],
      payload: Float32Array.from(z),
      onAnswer: ({ array }) => {
        this.array = array;
        this.drawing ??= requestAnimationFrame(() => {
          this.drawing = null;
          this.view.paint(this.picture, this.array);
        });
      },
    });
  }
}

async function load({ parentElement, data }) {
  const view = await viewOf(data.item);
  return () => new Wander(parentElement, data, view);
}

export default doorway({ load, leadsTo: (door, { model }) => door.data.model === model });
