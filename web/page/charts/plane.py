"""The rate-distortion plane: all models of the same data, each a point, what its codes say against what they miss."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from vae.colours import THEMES
from vae.library.cards import Card
from vae.measures.figures import FIGURES, from_card
from web.door.hidden import hidden

HEIGHT = 420
COLUMNS = ("dims", "beta", "negative_elbo", "reconstruction", "kl", "active_units", "knn_accuracy", "seed")
KEY = "compare.plane"


def placed(cards: Mapping[str, Card]) -> list[Card]:
    """Return those of the models that have a rate and a distortion."""
    return [card for card in cards.values() if None not in (card.metrics.get("kl"), card.metrics.get("reconstruction"))]


@st.fragment
def rate_distortion(cards: Mapping[str, Card], chosen: Sequence[str]) -> None:
    """Show the plane where somebody opens it, and the table of all models of this data, which sorts."""
    box = st.expander(
        "Rate and distortion of all models of this data", icon=":material/scatter_plot:", key=KEY, on_change="rerun"
    )
    if not box.open:
        return
    with box:
        known = placed(cards)
        st.caption(
            "Each point is a model. To the right its codes say more, in nats: that is the **rate**, the KL. Further "
            "down less of a thing is lost: that is the **distortion**, the reconstruction. On a dotted line both add "
            "up to the same −ELBO. β chooses a place along the curve; a better network moves the whole curve down and "
            "to the left."
        )
        if known:
            dark = st.context.theme.type == "dark"
            picked = st.plotly_chart(
                figure(known, chosen, dark=dark),
                theme=None,
                key=f"{KEY}.chart",
                on_select="rerun",
                selection_mode="points",
                config={"displayModeBar": False},
                alt="Rate and distortion: " + "; ".join(_said(card) for card in known),
            )
            _open(picked, chosen)
            st.caption("A click on a point takes the model in, or out. Clicks on a column's head sort the table.")
        else:
            st.caption("No model of this data has both a rate and a distortion.")
        st.dataframe(table(cards), hide_index=True, key=f"{KEY}.table")


def _said(card: Card) -> str:
    return f"{card.name}, rate {card.metrics['kl']:.1f}, distortion {card.metrics['reconstruction']:.1f} nats"


def _open(picked: Any, chosen: Sequence[str]) -> None:
    """Take the model of a clicked point in, or out of those beside each other."""
    points = picked.get("selection", {}).get("points", [])
    name = points[0].get("customdata", "") if points else ""
    name = name[0] if isinstance(name, list) else name
    if not name or st.session_state.get(f"{KEY}.last") == name:
        return
    st.session_state[f"{KEY}.last"] = name
    left = [other for other in chosen if other != name]
    now = left if name in chosen and len(left) >= 2 else [*left, name][-4:]
    st.query_params.from_dict({"models": ",".join(now)})
    st.rerun()


def table(cards: Mapping[str, Card]) -> dict[str, list[Any]]:
    """Return the figures of the cards by the titles of their columns."""
    rows = [from_card(card) for card in cards.values()]
    columns: dict[str, list[Any]] = {"Model": [row.name for row in rows]}
    return columns | {FIGURES[name].title: [row.values[name] for row in rows] for name in COLUMNS}


def figure(cards: Sequence[Card], chosen: Sequence[str], *, dark: bool) -> Any:
    """Draw models at rate and distortion as plotly does, the chosen ones filled, with lines of equal −ELBO."""
    import plotly.graph_objects as go  # takes half a second, which only those wait for who open it

    theme = THEMES["dark" if dark else "light"]
    red, green, blue = theme.of_class(0, 10)
    ink = "#d9dbe6" if dark else "#2a2d3a"
    rates = [float(card.metrics["kl"]) for card in cards]
    losses = [float(card.metrics["reconstruction"]) for card in cards]
    names = [html.escape(hidden(card.name)) for card in cards]
    farthest = max(rates) * 1.25 + 1
    traces = [
        go.Scatter(
            x=[0, farthest],
            y=[total, total - farthest],
            mode="lines",
            line={"dash": "dot", "width": 1, "color": ink},
            opacity=0.3,
            hoverinfo="skip",
        )
        for total in sorted({round(rate + loss, 1) for rate, loss in zip(rates, losses, strict=True)})
    ]
    shown = [f"rgba({red}, {green}, {blue}, {1 if card.name in chosen else 0.25})" for card in cards]
    traces.append(
        go.Scatter(
            x=rates,
            y=losses,
            mode="markers+text",
            text=names,
            textposition="top center",
            customdata=[card.name for card in cards],
            marker={"size": 14, "color": shown, "line": {"width": 1.5, "color": f"rgb({red}, {green}, {blue})"}},
            hovertemplate="%{text}<br>rate %{x:.2f} nats<br>distortion %{y:.2f} nats<extra></extra>",
        )
    )
    room = 0.12 * (max(losses) - min(losses)) + 1
    return go.Figure(traces).update_layout(
        template="plotly_dark" if dark else "plotly_white",
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        height=HEIGHT,
        margin={"l": 60, "r": 12, "t": 12, "b": 50},
        font={"size": 14, "family": "Source Sans, sans-serif", "color": ink},
        showlegend=False,
        xaxis={"title": {"text": "rate: KL, in nats"}, "range": [0, farthest], "fixedrange": True},
        yaxis={
            "title": {"text": "distortion: reconstruction, in nats"},
            "range": [min(losses) - room, max(losses) + room],
            "fixedrange": True,
        },
    )
