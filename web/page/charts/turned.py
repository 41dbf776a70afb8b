"""A latent space to be turned: its codes along the three directions in which they spread most."""

import html
from typing import Any

import numpy as np
import streamlit as st

from vae.colours import THEMES
from vae.errors import InputError
from vae.library.cards import Card
from vae.library.codes import Codes
from vae.library.shelf import find
from web.door.hidden import hidden
from web.opened.explorers import explorer
from web.opened.maps import drawable_codes
from web.page.about import plain

AXES = 3
HEIGHT = 620
MOST = 10_000
"""Points that are drawn, evenly taken from all: a laptop turns so many smoothly."""
NO_LABEL = -1
SPARE = ["orbitRotation", "tableRotation", "resetCameraLastSave3d", "hoverClosest3d"]
"""Buttons that only somebody misses who knows plotly."""


def turn(card: Card) -> None:
    """Offer the codes of a model with three dimensions or more in 3-D, drawn only where somebody opens them."""
    if card.latent.dims >= AXES and (explorer(card.name).folder / "codes.npz").exists():
        _turn(card)


@st.fragment
def _turn(card: Card) -> None:
    box = st.expander("Turn it in 3-D", icon=":material/3d_rotation:", key="map.turned", on_change="rerun")
    if not box.open:
        return
    try:
        codes = drawable_codes(find(card.name))
    except InputError as error:
        box.caption(plain(str(error)))
        return
    if codes is None:
        return
    places, share = principal(codes.centre)
    dark = st.context.theme.type == "dark"
    said = (
        f"Three directions hold {100 * share:.0f} % of the spread of all {card.latent.dims}. "
        "What lies along the others falls on top of each other here too."
    )
    with box:
        st.caption(said)
        st.plotly_chart(
            figure(card, codes, places, dark=dark),
            theme=None,
            key="map.turned.chart",
            config={"displaylogo": False, "scrollZoom": False, "modeBarButtonsToRemove": SPARE},
            alt=f"The codes of {card.name} along three principal components, a colour for each class. {said}",
        )
        st.caption("Drag to turn it. The buttons at its corner zoom and move it.")


def principal(codes: np.ndarray) -> tuple[np.ndarray, float]:
    """Return codes [n, d] along their first three principal components, [n, 3], and the share of variance in these.

    The largest entry of each component is positive, as on the PCA map. Pearson 1901.
    """
    centred = codes - codes.mean(axis=0, dtype=np.float64)
    variances, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, : -AXES - 1 : -1]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(AXES)] < 0, -1.0, 1.0)
    total = variances.sum()
    return centred @ axes, float(variances[-AXES:].sum() / total) if total > 0 else 1.0


def figure(card: Card, codes: Codes, places: np.ndarray, *, dark: bool) -> Any:
    """Draw codes at places [n, 3] as plotly does, each class in its colour on the map."""
    import plotly.graph_objects as go  # takes half a second, which only those wait for who open it

    theme = THEMES["dark" if dark else "light"]
    labels = np.full(len(places), NO_LABEL) if codes.labels is None else codes.labels
    names = card.data.classes
    count = max(len(names), int(labels.max(initial=NO_LABEL)) + 1)
    traces = []
    shown = np.unique(np.linspace(0, len(places) - 1, min(MOST, len(places))).astype(int))
    for label in np.unique(labels):
        numbers = shown[labels[shown] == label]
        name = _class_name(names, int(label))
        x, y, z = places[numbers].astype(np.float32).T
        red, green, blue = theme.of_class(int(label), count)
        traces.append(
            go.Scatter3d(
                x=x,
                y=y,
                z=z,
                mode="markers",
                name=name or "no class",
                customdata=numbers,
                hovertemplate=f"{name + ', ' if name else ''}test {card.kind.noun} %{{customdata}}<extra></extra>",
                marker={"size": 2, "color": f"rgb({red}, {green}, {blue})"},
            )
        )
    titles = ("first component", "second", "third")
    scene = {f"{axis}axis": {"title": {"text": title}} for axis, title in zip("xyz", titles, strict=True)}
    return go.Figure(traces).update_layout(
        template="plotly_dark" if dark else "plotly_white",
        paper_bgcolor="rgba(0, 0, 0, 0)",
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        font={"size": 14, "family": "Source Sans, sans-serif"},
        legend={"itemsizing": "constant", "x": 0},
        modebar={"bgcolor": "rgba(0, 0, 0, 0)"},
        showlegend=len(traces) > 1,
        scene=scene | {"aspectmode": "data"},  # a unit is as long in each direction
    )


def _class_name(names: list[str] | tuple[str, ...], label: int) -> str:
    """Write a class's name so that plotly reads no markup in it; a bare number says what it is."""
    if label < 0:
        return ""
    name = names[label] if label < len(names) else str(label)
    return html.escape(hidden(f"class {name}" if name.isdigit() else name)).replace("%", "&#37;")
