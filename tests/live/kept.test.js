import assert from "node:assert/strict";
import { test } from "node:test";
import { resumed } from "../../assets/live/shared/keeping/kept.js";
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
