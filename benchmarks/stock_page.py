"""Explore with Streamlit's own parts alone: a slider for each latent dimension, and the picture.

`?model=` chooses the model, `?sliders=1` leaves it at the first so many dimensions.
"""

import numpy as np
import streamlit as st

from vae.explore.explorer import open_explorer

model = st.cache_resource(open_explorer)(st.query_params["model"])
latent = model.card.latent
z = np.zeros((1, latent.dims), np.float32)
picture = st.empty()
for dim in model.card.order[: int(st.query_params.get("sliders", latent.dims))]:
    z[0, dim] = st.slider(f"z{dim + 1}", *latent.range[dim], 0.0)
picture.image(model.decode(z)[0].squeeze(), width=280)
