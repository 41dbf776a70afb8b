"""Pictures that the page decodes by itself are those of the model's graph."""

import numpy as np
import pytest

from tests.browser.conftest import pixels, wait_for_change
from vae.explore.explorer import open_explorer
from vae.explore.plain import looks_plain
from vae.home import BUNDLED_MODELS
from vae.library.cards import read_card

pytestmark = pytest.mark.browser

MODELS = sorted(folder.name for folder in BUNDLED_MODELS.iterdir() if looks_plain(read_card(folder)))

DECODE = """async ([model, codes, condition]) => {
  const { Decoder } = await import(location.href);
  const response = await fetch(`/api/decoder?model=${model}`);
  const decoder = Decoder.read(await response.arrayBuffer());
  return codes.map((z) => Array.from(decoder.decode(z, condition)));
}"""

ASKED = """() => {
  window.decodes = 0;
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (frame) {
    if (frame instanceof ArrayBuffer) {
      const length = new DataView(frame).getUint32(0, true);
      const { op, shape } = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length)));
      window.decodes += op === "decode" && shape[0] === 1;
    }
    return send.call(this, frame);
  };
}"""


def test_every_bundled_decoder_of_layers_alone_draws_in_the_page_what_its_graph_draws(chromium, server):
    page = chromium.new_page()
    page.goto(f"{server.url}/live/v-any/shared/net/decoder.js")
    for model in MODELS:
        explorer = open_explorer(model)
        z = np.random.default_rng(0).standard_normal((5, explorer.card.latent.dims)).astype(np.float32)
        condition = 3 if explorer.card.told else None
        ours = np.array(page.evaluate(DECODE, [model, z.tolist(), condition]))
        theirs = explorer.decode(z, condition).reshape(5, -1)
        apart = 1 if theirs.dtype == np.uint8 else 1e-4
        assert ours.shape == theirs.shape and np.abs(ours - theirs.astype(float)).max() <= apart, model
    page.close()


def test_a_hand_on_the_line_asks_the_server_for_one_picture_when_it_is_still(visit):
    page = visit("/?model=mnist-2d", reduced_motion="reduce", script=f"({ASKED})()")
    page.wait_for_timeout(2500)
    asked, before = page.evaluate("decodes"), pixels(page)
    box = page.locator("canvas[data-role=cloud]").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4, steps=40)
    wait_for_change(page, before)
    page.mouse.up()
    page.wait_for_timeout(600)
    assert 1 <= page.evaluate("decodes") - asked <= 4  # a machine that is busy may take a pause for stillness
