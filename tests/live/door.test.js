import assert from "node:assert/strict";
import { test } from "node:test";
import { doorway } from "../../assets/live/shared/page/door.js";

/** A component whose views are loaded when the test says so, and what has happened to them. */
function opened() {
  const told = [];
  const loads = {};
  const load = ({ data: { model } }, asked, now) =>
    new Promise((resolve) => {
      const view = { destroy: () => told.push(`${model} goes`), keep: () => `kept by ${model}` };
      loads[model] = async () => {
        resolve((kept) => {
          told.push(`${model} stands, at ${now().z}, with ${kept}`);
          return view;
        });
        await null;
      };
    });
  const leadsTo = (door, data) => {
    if (door.data.model !== data.model) return false;
    door.data = data;
    return true;
  };
  const open = doorway({ load, leadsTo });
  const parentElement = {};
  return { told, loads, show: (model, z = 0) => open({ parentElement, data: { model, z } }) };
}

test("a view stays until the next one is loaded, which goes on with what it has kept", async () => {
  const { told, loads, show } = opened();
  show("a");
  await loads.a();
  show("b");
  assert.deepEqual(told, ["a stands, at 0, with undefined"]);
  await loads.b();
  assert.deepEqual(told.slice(1), ["a goes", "b stands, at 0, with kept by a"]);
});

test("a view begins with the newest data that came while it was loaded", async () => {
  const { told, loads, show } = opened();
  show("a", 1);
  show("a", 2);
  await loads.a();
  assert.deepEqual(told, ["a stands, at 2, with undefined"]);
});

for (const order of [["b", "c"], ["c", "b"]]) {
  test(`a view that another has overtaken never stands, whichever is loaded first: ${order.join(", ")}`, async () => {
    const { told, loads, show } = opened();
    show("a");
    await loads.a();
    show("b");
    show("c");
    for (const model of order) await loads[model]();
    assert.deepEqual(told.slice(1), ["a goes", "c stands, at 0, with kept by a"]);
  });
}

test("once the component is gone nothing stands, neither what stood nor what was being loaded", async () => {
  const { told, loads, show } = opened();
  show("a");
  await loads.a();
  const leave = show("b");
  leave();
  await loads.b();
  assert.deepEqual(told.slice(1), ["a goes"]);
});
