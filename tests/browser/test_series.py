"""Curves on real canvases, in the colours and at the size that the page gives them."""

from itertools import pairwise

import pytest

from tests.browser.conftest import heeded, painted

pytestmark = pytest.mark.browser

CURVES = """async () => {
  const { default: series } = await import("/live/shared/views/series.js");
  const view = series([140, 1], { unit: "mV", rate: 100, low: -1, high: 1 });
  const array = Float32Array.from({ length: 140 }, (_, i) => Math.sin(i / 9));
  const root = Array.from(document.querySelectorAll("*")).find((element) => element.shadowRoot).shadowRoot;
  const frame = Object.assign(document.createElement("div"), { hidden: true });
  const canvas = Object.assign(document.createElement("canvas"), { className: "pixels" });
  frame.style.width = "96px";
  frame.append(canvas);
  root.append(frame);
  const loose = document.createElement("canvas");
  view.paint(canvas, array);
  view.paint(loose, array);
  window.curves = { view, array, frame, canvas, loose };
}"""

CORNER = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data].slice(0, 3).join(' ')"
PAPER = {"light": "255 255 255", "dark": "17 18 24"}


def shown(page, width: int) -> tuple[int, int]:
    """Return how many pixels the canvas gets, across and down, where its frame is so many CSS pixels wide."""
    page.evaluate("width => Object.assign(curves.frame, { hidden: false }).style.width = `${width}px`", width)
    heeded(page)
    return tuple(page.evaluate("() => [curves.canvas.width, curves.canvas.height]"))


def drawn_as_finely_as_shown(page, ratio: int) -> None:
    sizes = [shown(page, width) for width in (28, 96, 420)]
    assert [across for across, _ in sizes] == [28 * ratio, 96 * ratio, 420 * ratio]
    assert all(down == pytest.approx(across / 1.4, abs=1) for across, down in sizes)
    assert page.evaluate("() => getComputedStyle(curves.canvas).imageRendering") == "auto"
    assert page.evaluate("() => curves.canvas.clientHeight") == 300


def test_a_curve_is_drawn_as_finely_as_it_is_shown_where_pixels_are_small(visit):
    page = visit("/", device_scale_factor=2, ready=painted)
    page.evaluate(CURVES)
    drawn_as_finely_as_shown(page, 2)


def test_curves_are_as_fine_as_they_are_shown_and_take_the_pages_colours_in_it_and_out_of_it(visit):
    page = visit("/", color_scheme="light", ready=painted)
    page.evaluate(CURVES)
    drawn_as_finely_as_shown(page, 1)

    # The place under the pointer moves with it.
    shown(page, 420)
    hovers = page.evaluate("() => [0, 100, 200, 419].map(x => curves.view.hoverOf(curves.canvas, x, curves.array))")
    assert all(left["index"] < right["index"] for left, right in pairwise(hovers))
    assert [hovers[0]["words"], hovers[-1]["index"]] == ["at 0 s: 0 mV", 139]

    # They take the page's colours and follow them.
    shown(page, 96)
    for scheme, paper in PAPER.items():
        page.emulate_media(color_scheme=scheme)
        for canvas in ("canvas", "loose"):
            page.wait_for_function(f"paper => ({CORNER})(curves.{canvas}) === paper", arg=paper)
        tile = """() => {
          const canvas = new OffscreenCanvas(96, 64);
          curves.view.tile(canvas.getContext("2d"), curves.array, 0, 0, 0, 96, 64);
          return canvas;
        }"""
        assert page.evaluate(f"() => ({CORNER})(({tile})())") == paper

    # A tile leaves its neighbours as they are.
    before, after = page.evaluate("""() => {
      const context = new OffscreenCanvas(192, 64).getContext("2d");
      const right = () => context.getImageData(96, 0, 96, 64).data.join();
      curves.view.tile(context, curves.array, 0, 96, 0, 96, 64);
      const before = right();
      curves.view.tile(context, curves.array.map(value => -9 * value), 0, 0, 0, 96, 64);
      return [before, right()];
    }""")
    assert before == after
    assert len(set(before.split(","))) > 3
