import assert from "node:assert/strict";
import { test } from "node:test";
import { Keeper, resumed } from "../../assets/live/shared/keeping/kept.js";
import { readCode } from "../../assets/live/shared/keeping/links.js";

const OWN = ["z", "image"];

test("a bare address goes on with what was kept, and keeps what else it carries", () => {
  assert.equal(resumed("", "?model=m&z=0.5,1", OWN), "?model=m&z=0.5,1");
  assert.equal(resumed("?model=m&embed=true", "?model=m&z=0.5,1", OWN), "?model=m&z=0.5,1&embed=true");
  assert.equal(resumed("?model=m", null, OWN), null, "nothing was kept");
});

test("an address that asks for something goes before what was kept", () => {
  assert.equal(resumed("?model=m&z=2,2", "?model=m&z=0.5,1", OWN), null);
  assert.equal(resumed("?model=m&image=", "?model=m&z=0.5,1", OWN), null);
});

test("a kept code is read for the model it belongs to, and for no other", () => {
  const latent = { dims: 2, limit: 10 };
  assert.deepEqual(readCode("?z=0.5,-1.2", latent), [0.5, -1.2]);
  for (const search of ["", "?z=", "?z=1", "?z=1,", "?z=1,x", "?z=1,11", "?z=1,2,3"]) assert.equal(readCode(search, latent), null, search);
});

/** A window at this address, for a test. @param {import("node:test").TestContext} t */
function windowAt(t, search) {
  const at = (search) => ({ origin: "http://a", pathname: "/map", search, href: `http://a/map${search}`, hash: "" });
  const kept = new Map();
  const history = { state: null, replaceState: (_state, _title, href) => (globalThis.location = at(new URL(href, "http://a").search)) };
  const sessionStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const before = ["location", "history", "sessionStorage"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries({ location: at(search), history, sessionStorage })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
  t.after(() => before.forEach(([name, was]) => (was ? Object.defineProperty(globalThis, name, was) : delete globalThis[name])));
  return { go: (search) => (globalThis.location = at(search)), search: () => globalThis.location.search };
}

test("a view whose window is on its way to another model does not write over that model's address", (t) => {
  const page = windowAt(t, "?model=one");
  const one = new Keeper("map", { model: "one", checksum: "1" }, ["map"]);
  one.write("http://a/map?model=one&map=tsne");
  assert.equal(page.search(), "?model=one&map=tsne");
  page.go("?model=two");
  one.write("http://a/map?model=one&map=pca");
  assert.equal(page.search(), "?model=two");
});

test("an address without a model, or with one that cannot be had, is mended by the view that stands for it", (t) => {
  for (const search of ["", "?model=gone"]) {
    const page = windowAt(t, search);
    new Keeper("map", { model: "one", checksum: "1" }, ["map"]).write("http://a/map?model=one&map=pca");
    assert.equal(page.search(), "?model=one&map=pca", search);
  }
});
