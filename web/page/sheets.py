"""Sheets of what a model draws, as pictures for a page."""

import io
from dataclasses import replace

import numpy as np
import streamlit as st
from PIL import Image

from vae.colours import THEMES
from vae.errors import InputError
from vae.explore.draws import draw_codes
from vae.explore.explorer import Explorer
from vae.kinds.kind import Paper
from vae.library.cards import Card
from web.opened.explorers import explorer

SHEET_SIDE, SHEET_FINE = 84, 2.0
"""Pixels along the longer side of a thing on a contact sheet, about twice as many as the screen's."""


def contact_sheet(card: Card, rows: int, columns: int) -> tuple[bytes, str] | None:
    """Return a PNG of what a model draws, always the same, and what it shows; None where it cannot be opened.

    columns: of square things; wider ones are fewer, so that all sheets have about the same proportions.
    """
    theme = "dark" if st.context.theme.type == "dark" else "light"
    try:
        return _contact_sheet(card.name, card.files.get("decoder.onnx", card.created), rows, columns, theme)
    except InputError:
        return None


@st.cache_data(max_entries=64, show_spinner=False)
def _contact_sheet(name: str, checksum: str, rows: int, columns: int, theme: str) -> tuple[bytes, str]:
    """The checksum only tells one state of the model from another."""
    opened = explorer(name)
    card, colours = opened.card, THEMES[theme]
    paper = Paper(SHEET_SIDE, SHEET_FINE, replace(colours, paper=colours.wash))  # a sheet is told from the page
    pictures = card.kind.draw(_samples(opened, rows * columns), card.item, paper)
    height, width = pictures.shape[1:3]
    shown = pictures[: rows * max(1, min(columns, round(columns * height / width)))]
    sheet = tile(shown, rows, len(shown) // rows)
    draws = "draw" in card.can or opened.codes() is None
    said = f"random draws from {name}" if draws else f"test {card.kind.nouns} as {name} redraws them"
    return png(sheet, max(1, round(SHEET_SIDE / max(height, width)))), f"{len(shown)} {said}"


def _samples(opened: Explorer, n: int) -> np.ndarray:
    """Return n things that a model draws from its prior, each class in its turn; without a prior, n that it redraws."""
    random, codes = np.random.default_rng(7), opened.codes()
    if "draw" not in opened.card.can and codes is not None:
        return opened.redraw(codes, random.permutation(len(codes.centre))[:n].repeat(1 + n // len(codes.centre))[:n])
    z = draw_codes(opened, n, 7) if "draw" in opened.card.can else random.standard_normal((n, opened.card.latent.dims))
    return opened.decode(z, np.arange(n) % opened.card.told if opened.card.told else None)


def tile(pictures: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Lay pictures [rows * columns, H, W, C] side by side; returns [rows * H, columns * W, C]."""
    height, width, channels = pictures.shape[1:]
    grid = pictures.reshape(rows, columns, height, width, channels)
    return grid.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)


def png(picture: np.ndarray, scale: int = 3) -> bytes:
    """Return a uint8 picture [H, W, C] as PNG, enlarged with hard-edged pixels."""
    enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
    file = io.BytesIO()
    Image.fromarray(enlarged.squeeze(-1) if enlarged.shape[-1] == 1 else enlarged).save(file, "PNG")
    return file.getvalue()
