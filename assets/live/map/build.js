/**
 * What a map in view is made of, and how its parts are told of each other.
 * @module
 */

import { Aim } from "./aim.js";
import { Chart } from "../shared/draw/chart.js";
import { Colouring } from "./scene/colouring.js";
import { h, iconButton, setAttributes } from "../shared/page/dom.js";
import { Groups } from "../shared/space/grouppanel.js";
import { Here } from "./here.js";
import { Hint } from "./hand/hint.js";
import { Lasso } from "../shared/space/groups.js";
import { Lens } from "./scene/lens.js";
import { abilities, MapTools } from "./tools.js";
import { named } from "../shared/words/names.js";
import { NearTable } from "./table.js";
import { Own } from "./own.js";
import { Pair } from "./hand/pair.js";
import { Pinboard } from "./pins/pinboard.js";
import { Reach, ZOOM } from "./hand/reach.js";
import { saves } from "./saves.js";
import { Scene } from "./scene/scene.js";
import { Standing } from "./forming/standing.js";
import { Tabs } from "../shared/page/tabs.js";
import { themeOf } from "../shared/page/theme.js";
import { drawnAs } from "../shared/views/view.js";
import { house } from "../shared/wire/house.js";

const ROOMY = 1100; // pixels of the page in which the pad stands open
const OVER = { ink: "#fff", muted: "#d4d6e0", line: "#8a8d9c", paper: "#000", accent: "#a9a9f7" }; // what is written over dark pictures

/** @typedef {import("./view.js").MapView} MapView */

/** Make a map's parts, tell them of each other and lay them out; those that need the codes come with `fillPanels`. @param {MapView} map */
export function build(map) {
  map.lens = new Lens(map.view);
  map.here = new Here(map.view, map.data.latent.dims, () => map.pin());
  map.lasso = new Lasso();
  map.hint = new Hint();
  map.pair = new Pair((sentence) => map.hint.stand(sentence));
  map.chart = new Chart({
    drawUnder: (context, camera) => map.scene.drawUnder(context, camera),
    drawOver: (context, camera) => map.drawOver(context, camera),
    follow: () => map.follow(),
    onView: () => map.later(),
    onKind: (kind) => map.tellKind(kind),
  });
  map.places.chart = map.chart;
  buildLayers(map);
  buildTools(map);
  layOut(map);
  map.theme = themeOf(map.element);
  map.tools.show(map.state, true);
  map.tellKind(map.chart.points.kind);
}

/** What is on the map, and what points at it. */
function buildLayers(map) {
  const { data, view, places, chart, lens, here, ask, images, say } = map;
  const state = () => map.state;
  const isDark = () => map.theme.dark;
  map.colouring = new Colouring({ chart, state, isDark, darkens: view.pixels, onShown: () => map.singledOut() });
  const { given } = data;
  const told = given ? named(given.choices, given.chosen) : "";
  const termsOf = (point) => map.colouring.termsOf(point);
  map.aim = new Aim({ view, places, chart, lens, here, ask, images, termsOf, speak: say, told });
  map.own = new Own({ data, view, places, chart, ask, onChange: () => map.later() });
  const onChange = () => {
    map.tabs.count("pins", map.pinboard.pins.length);
    map.later();
  };
  map.pinboard = new Pinboard({ data, view, places, chart, ask, onChange, onPlaced: () => map.later() });
  const theme = () => (map.colouring.isOnDark && !map.theme.dark ? { ...map.theme, ...OVER } : map.theme);
  const colours = () => map.colouring.colours;
  const chosen = () => [map.aim.target?.point, ...map.pinboard.placed.map(({ point }) => point), ...(map.colouring.highlighted ?? [])];
  map.scene = new Scene({ view, places, chart, ask, images, state, theme, colours, chosen });
}

/** The controls, what is said of the map, and the panels beside it. */
function buildTools(map) {
  const { data, view, places, chart, colouring, scene } = map;
  const { model, latent, maps } = data;
  const explain = (id) => maps.find(({ name }) => name === id.split("-")[0])?.sentence ?? "";
  const zoom = (factor) => () => chart.camera && chart.zoom(factor, chart.camera.width / 2, chart.camera.height / 2);
  const does = {
    zoomIn: zoom(ZOOM),
    zoomOut: zoom(1 / ZOOM),
    fit: () => places.xy && chart.fly(chart.whole()),
    ...saves({
      ...{ model, explain, places, chart, colouring, scene },
      pins: () => map.pinboard.placed,
      state: () => map.state,
      settle: () => map.settle(),
    }),
  };
  const onChange = (change) => map.choose(change);
  map.tools = new MapTools({ dims: latent.dims, order: latent.order, maps, can: abilities(data), drawn: drawnAs(view), onChange, does });
  const unit = view.pixels ? "grey levels" : view.unit;
  const [onStart, onStop] = [() => map.forming.start(), () => map.forming.stop()];
  map.standing = new Standing({ explain, unit, drawn: drawnAs(view), missing: missing(map), onStart, onStop });
  // Drawing and directions need the room: what is under the pointer is shown smaller meanwhile.
  const onOpen = (name) => map.here.element.classList.toggle("small", name !== "pins");
  const own = view.pixels ? ["Draw", "brush"] : view.hand ? [`${view.hand[0]} yours`, view.hand[1]] : ["Upload", "upload"];
  const tabs = { ...(takesOwn(map) ? { draw: own } : {}), pins: ["Pins", "pin"], groups: ["Groups", "lasso"] };
  map.tabs = new Tabs(/** @type {any} */ (tabs), onOpen);
  if (innerWidth < ROOMY) map.tabs.open("pins");
  map.tabs.fill("pins", map.pinboard.tray.element);
}

/** Whether a thing of one's own can be put on it: drawn, or out of a file. */
const takesOwn = ({ data, view }) => data.can.includes("encode") && (view.pixels || !house.alone);

/** How a hand and the keys reach the map. */
export function reachOut(map) {
  const { chart, places, aim, lasso } = map;
  return new Reach({
    chart,
    places,
    aim,
    lasso,
    hint: map.hint,
    isDrawing: () => map.state.tool === "lasso",
    onMove: (byKeys) => map.moved(byKeys),
    onPin: (clicked) => map.pin(clicked),
    onUnpin: () => map.pinboard.takeBack(),
    onLasso: (polygon) => map.lassoed(polygon),
    onCalm: () => {
      map.colouring.highlight(null);
      if (map.state.tool === "lasso") map.choose({ tool: "move" });
    },
  });
}

/** Fill what needs the codes. */
export function fillPanels(map) {
  const { view, say } = map;
  const { codes } = map.places;
  map.here.element.classList.toggle("pair", codes.originals || codes.shipped.size > 0); // room for the image beside its reconstruction
  map.groups = new Groups({
    codes,
    view,
    decode: (z, n, onImages, lane) => map.ask(lane, { op: "decode", shape: [n, codes.dims], payload: z }, ({ array }) => onImages(array)),
    original: () => atHand(map),
    onChange: (groups) => {
      map.tabs.count("groups", groups.length);
      map.chart.refresh("over");
    },
    onHighlight: (indices) => map.colouring.highlight(indices),
    onSay: say,
    colourOf: (label) => map.colouring.cssOf(label),
  });
  map.table = new NearTable({
    codes,
    noun: view.words.noun,
    onPoint: (point) => {
      map.aim.onPoint(point, { lens: false });
      map.moved(true);
    },
  });
  if (takesOwn(map)) map.tabs.fill("draw", ...map.own.begin(say));
  map.tabs.fill("groups", map.groups.element);
  map.tableBox.replaceChildren(map.table.element);
}

/** The picture that a direction is applied to: the point looked at, the last pin, or one's own. */
function atHand(map) {
  const { target } = map.aim;
  if (target && target.point !== null) return { z: map.places.codeOf(target.point), name: `test ${map.view.words.noun} ${target.point}` };
  const pin = map.pinboard.pins.findLast((each) => each.z);
  if (pin) return { z: pin.z, name: `pin ${map.pinboard.pins.indexOf(pin) + 1}` };
  return map.own.code ? { z: map.own.code, name: `your ${drawnAs(map.view).noun}` } : null;
}

/** What is said, and can be done, where the things that points stand for are not here. */
function missing(map) {
  const { download } = map.data;
  if (!download) return [];
  return [
    h("p", {}, `All test ${map.view.words.nouns} come with the whole data set. Until then most points show their reconstructions.`),
    iconButton("save", { "data-role": "download", onclick: map.page.download }, download),
  ];
}

function layOut(map) {
  const { data, chart, tools, standing } = map;
  const note = (role, text = "") => h("p", { class: "note", role, hidden: true }, text);
  map.note = note("status");
  map.troubleNote = note("status");
  map.kindNote = note(null, "This browser has no WebGL: the points are drawn without it, and moving the map may be slower.");
  map.kindNote.dataset.role = "no-webgl";
  map.status = h("p", { class: "unseen", role: "status", "aria-live": "polite", "data-role": "status" });
  map.reading = h("span", { class: "reading", "data-role": "latency" });
  map.tableBox = h("div", { class: "table-box" });
  map.name = h("h2", { class: "map-name", "data-role": "map-name" });
  chart.element.append(map.reading, map.lens.element);
  const label = `Map of ${data.model}'s codes. Arrow keys move the cursor, Enter pins, N goes to the nearest point, plus and minus zoom, 0 shows all.`;
  setAttributes(chart.element, {
    tabindex: "0",
    role: "application",
    "aria-roledescription": "map",
    "data-role": "chart",
    "aria-label": label,
  });
  map.body = h(
    "div",
    { class: "map-body" },
    tools.element,
    h("div", { class: "chart-frame" }, chart.element, tools.zoom, map.hint.element, standing.progress),
    h("aside", { class: "side" }, map.here.element, map.colouring.legend.element, map.tabs.element),
    h("div", { class: "below" }, map.name, standing.element, map.tableBox),
  );
  const parts = [map.note, map.troubleNote, map.kindNote, map.body, map.status];
  map.element = h("div", { class: "latent-map", "data-model": data.model }, ...parts);
  map.root.append(map.element);
}
