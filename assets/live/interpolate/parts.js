/**
 * The parts of the Interpolate page, and how each tells the view of what a hand has done.
 * @module
 */

import { h, iconButton } from "../shared/page/dom.js";
import { LiveRange } from "../shared/page/liverange.js";
import { drawnAs } from "../shared/views/view.js";
import { round } from "../shared/words/numbers.js";
import { capital } from "../shared/words/names.js";
import { Adder } from "./anchors/add.js";
import { Anchors } from "./anchors/anchors.js";
import { Arithmetic } from "./sum/arithmetic.js";
import { Atlas } from "./atlas.js";
import { Count } from "./count.js";
import { PathChart } from "./path/chart.js";
import { Film } from "./path/film.js";
import { Journey } from "./path/journey.js";
import { Kinds } from "./path/kinds.js";
import { PathMap } from "./path/map.js";
import { placeAbove } from "./path/path.js";
import { PathStrip } from "./path/strip.js";
import { Picture } from "./picture.js";
import { Saves } from "./saves.js";
import { PICTURES } from "./address.js";
import { fadeName } from "./words.js";

/** @typedef {import("./view.js").PathView} PathView */

/** Make all parts of a view. @param {PathView} view */
export function makeParts(view) {
  Object.assign(view, anchorParts(view), pathParts(view), handParts(view), mapParts(view), toolParts(view));
}

/** @param {PathView} page */
function anchorParts(page) {
  const { data, view, finder } = page;
  const anchors = new Anchors({
    view,
    ofPage: data.images?.noun,
    onChange: (list) => page.change({ anchors: list }),
    onGo: (i) => page.goTo(i),
    onSay: (sentence) => page.tell(sentence),
  });
  const adder = new Adder({
    data,
    view,
    onAdd: (anchor) => page.add(anchor),
    encode: (pixels) => finder.encode(pixels, 1, "encode"),
    decode: (z) => page.decode(z, 1, "redrawn"),
    onDraw: () => page.add(finder.drawn()),
    onDownload: page.page.download,
    onSay: (sentence) => page.say(sentence),
  });
  return { anchors, adder };
}

/** The paths, what they make, and what lies along the chosen one. @param {PathView} page */
function pathParts(page) {
  const { view, data } = page;
  const kindTable = new Kinds(data.paths, { view, onChoose: (kind) => page.change({ kind }) });
  const nameOf = (label) => page.codes.classes[label] ?? String(label);
  const chart = new PathChart({ view, colourOf: page.colourOf, nameOf });
  const journey = new Journey({
    ask: page.ask,
    decode: page.decodeAll,
    view,
    kinds: page.kinds,
    onCost: (kind, cost) => kindTable.cost(kind, cost),
    onMade: (kind, images, places) => kindTable.show(kind, images, places),
    onDrawn: (kind, drawn) => page.map.setPath(kind, drawn),
    onTold: (told) => {
      chart.show(told);
      chart.place(page.state.at);
    },
  });
  return { kindTable, chart, journey };
}

/** What moves along the path: the slider and the strips by hand, the film by itself; and what follows. @param {PathView} page */
function handParts(page) {
  const { view, data } = page;
  const grab = () => {
    page.film.stop();
    page.remember();
  };
  const move = (standing) => page.shown && page.go(placeAbove(page.shown, standing));
  const film = new Film({ onMove: (at) => page.go(at), onGrab: () => page.remember() });
  const slider = new LiveRange({
    role: "along",
    label: "Place on the path",
    min: 0,
    max: 1,
    step: 0.0005,
    arrow: 0.01,
    onGrab: grab,
    onMove: move,
    page: (standing, by) => page.nextPicture(standing, by),
  });
  slider.element.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    film.toggle();
  });
  const scrub = (standing, begins) => {
    if (begins) grab();
    move(standing);
  };
  const strips = { view, n: PICTURES.first, onPick: (at) => page.jump(at), onScrub: scrub };
  const strip = new PathStrip({ ...strips, role: "strip", label: "Along the path", onArrange: page.arranged });
  const fadeStrip = new PathStrip({ ...strips, role: "fade-strip", label: `${capital(fadeName(view))} of the same anchors` });
  const picture = new Picture({
    data,
    view,
    ask: (request) => page.live.ask("picture", request),
    onArrived: page.arrived,
    onWell: () => page.trouble(""),
    onSay: (sentence) => page.say(sentence),
  });
  return { film, slider, strip, fadeStrip, picture };
}

/** @param {PathView} page */
function mapParts(page) {
  const map = new PathMap({
    onAdd: (x, y, point) => page.addAt(x, y, point),
    onDrag: (i, x, y, begins) => page.drag(i, x, y, begins),
    onGo: (i) => page.goTo(i),
    onMap: (id) => {
      page.atlas.choose(id);
      page.settleSoon();
    },
  });
  const atlas = new Atlas({
    data: page.data,
    map,
    ask: page.ask,
    theme: () => page.theme,
    onCodes: (codes, why) => page.takeCodes(codes, why),
    onShown: (id) => {
      page.journey.map = id;
      page.journey.again();
      page.refresh();
    },
    onSay: (sentence) => page.say(sentence),
  });
  return { map, atlas };
}

/** What is made of the path and its anchors, and what changes all of it. @param {PathView} page */
function toolParts(page) {
  const { data, view } = page;
  const arithmetic = new Arithmetic({
    view,
    decode: (z, n, lane) => page.decode(z, n, lane, lane === "directed" ? page.live : page.socket).catch((error) => page.fail(error)),
    onUse: (z) => page.add({ kind: "code", number: null, label: "", z: z.map(round), pixels: null, decoded: null }),
    onChange: page.settleSoon,
  });
  const saves = new Saves({
    base: data.base,
    model: data.model,
    drawn: drawnAs(view),
    theme: () => (view.pixels ? null : page.theme.dark ? "dark" : "light"),
    path: () => page.saved(),
    strip: () => page.strip.sheet(),
    settle: () => page.settle(),
    onSay: (sentence) => page.say(sentence),
  });
  const count = new Count({ nouns: drawnAs(view).nouns, onCount: (n) => page.count(n), onSay: (sentence) => page.say(sentence) });
  const button = (words, glyph, role, title, onclick) => iconButton(glyph, { "data-role": role, title, onclick }, h("span", {}, words));
  const resetButton = button("Reset", "reset", "reset", "The path that a first visit shows", () => page.over());
  const undoButton = button("Undo", "undo", "undo", "Undo the last step. Keys: Ctrl+Z", () => page.undo());
  return { arithmetic, saves, counter: count, resetButton, undoButton };
}
