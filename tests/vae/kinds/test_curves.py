"""Curves where there is no browser: where the values say, on the set's scale, in the page's colours."""

from dataclasses import replace

import numpy as np
import pytest

from tests.vae.kinds.test_kinds import things_of
from vae.colours import THEMES, Colour
from vae.home import PROJECT
from vae.kinds import curves
from vae.kinds.curves import draw_curves
from vae.kinds.kind import Item, Paper
from vae.kinds.kinds import KINDS

LIGHT = THEMES["light"]
ITEM = Item("series", (60, 1), {"low": 0.0, "high": 10.0})
PAPER = Paper(240)


def series(*things: np.ndarray) -> np.ndarray:
    return np.stack([np.asarray(thing, np.float32).reshape(60, -1) for thing in things])


def rows_of(picture: np.ndarray, colour: Colour, paper: Colour = LIGHT.paper) -> np.ndarray:
    """Return in which row the ink of a colour lies in each column, [W]; NaN where there is none."""
    towards = np.array(colour, float) - paper
    ink = ((picture - np.array(paper, float)) @ towards / (towards @ towards)).clip(0, 1)
    ink[ink < 0.3] = 0  # the other colours' edges
    weight = ink.sum(0)
    return np.where(weight > 0, (np.arange(len(picture))[:, None] * ink).sum(0) / np.maximum(weight, 1e-9), np.nan)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", THEMES)
def test_every_kind_is_drawn_where_there_is_no_browser(kind: str, theme: str) -> None:
    shape = {
        "image": (9, 7, 3),
        "series": (30, 2),
        "tastes": (12, 1),
        "text": (9, 5),
        "molecules": (9, 5),
        "masks": (9, 7, 4),
        "sounds": (8, 6, 1),
    }[kind]
    things = things_of(KINDS[kind], shape)
    pictures = KINDS[kind].draw(things, Item(kind, shape), Paper(64, theme=THEMES[theme]))
    assert pictures.dtype == np.uint8 and pictures.ndim == 4 and pictures.shape[-1] in (1, 3)
    assert len(pictures) == len(things)
    if KINDS[kind].view == "image":
        np.testing.assert_array_equal(pictures, things)
    else:
        assert max(pictures.shape[1:3]) == 64
        if kind not in ("masks", "sounds"):  # they fill their picture
            np.testing.assert_array_equal(pictures[:, 0, 0], np.tile(THEMES[theme].paper, (len(things), 1)))


def test_a_curve_lies_where_its_values_say() -> None:
    slope = np.linspace(0, 10, 60)
    rows = rows_of(draw_curves(series(slope), ITEM, PAPER)[0], LIGHT.accent)
    drawn = np.flatnonzero(np.isfinite(rows))[5:-5]
    expected = np.polynomial.Polynomial.fit(drawn, rows[drawn], 1)
    assert np.abs(rows[drawn] - expected(drawn)).max() < 0.5  # a straight line, and it rises
    height, margin = 171, curves.MARGIN / (1 + 2 * curves.MARGIN)
    inside = height - 2 * curves.INSET * height
    assert expected(drawn[-1]) == pytest.approx(curves.INSET * height + margin * inside, abs=8)
    assert rows[drawn[0]] - rows[drawn[-1]] == pytest.approx(inside / (1 + 2 * curves.MARGIN), rel=0.1)


def test_all_series_of_a_set_have_one_scale_and_what_leaves_it_runs_along_its_edge() -> None:
    low, high, beyond = (np.full(60, value) for value in (2.0, 8.0, 1e6))
    alone = draw_curves(series(low), ITEM, PAPER)[0]
    together = draw_curves(series(low, high, beyond), ITEM, PAPER)
    np.testing.assert_array_equal(together[0], alone)
    rows = [np.nanmedian(rows_of(picture, LIGHT.accent)) for picture in together]
    assert rows[0] > rows[1] > rows[2] > 0


def test_where_there_is_no_number_there_is_no_line() -> None:
    values = np.full(60, 5.0)
    values[20:40] = np.nan
    values[30] = 5.0  # a dot
    there = np.isfinite(rows_of(draw_curves(series(values), ITEM, PAPER)[0], LIGHT.accent))
    assert there[20:70].all() and there[170:220].all()
    assert 1 <= there[85:155].sum() <= 6


def test_each_channel_has_a_colour_of_its_own_the_first_on_top() -> None:
    item = replace(ITEM, shape=(60, 2))
    crossed = np.stack([np.linspace(1, 9, 60), np.linspace(9, 1, 60)], 1)
    picture = draw_curves(crossed[None].astype(np.float32), item, PAPER)[0]
    rising, falling = (rows_of(picture, LIGHT.of_class(channel, 2)) for channel in (0, 1))
    assert rising[30] > rising[-30] and falling[30] < falling[-30]
    middle = picture[np.round(np.nanmean(rising[115:125])).astype(int), 119:121].astype(int)
    assert np.abs(middle - LIGHT.of_class(0, 2)).max() < 40


def test_lines_grow_with_the_paper_s_fineness() -> None:
    flat = series(np.full(60, 5.0))
    thin, thick = ((255.0 - draw_curves(flat, ITEM, Paper(240 * fine, fine))[0, :, 120]).sum() for fine in (1, 3))
    assert thick == pytest.approx(3 * thin, rel=0.15)


def test_its_proportions_are_the_browser_s() -> None:
    page = PROJECT / "assets" / "live" / "shared" / "views"
    assert f"[{', '.join(map(str, curves.PROPORTIONS))}]" in (page / "series.js").read_text()
    curve = (page / "curve.js").read_text()
    assert f"const MARGIN = {curves.MARGIN};" in curve and f"const INSET = {curves.INSET};" in curve
    lines = f"one: {curves.LINE}, several: {curves.SEVERAL:g}, most: {curves.MOST_LINE}"
    assert f"{lines}, from: {curves.GROWS[0]:g}, to: {curves.GROWS[1]:g}" in curve
