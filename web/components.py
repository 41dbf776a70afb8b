"""One typed Python function for each component that lives in the browser."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from vae.data import is_at_hand
from vae.library import Card
from vae.pictures import manner_of
from web import state
from web.api import LIVE_FILES, live_version
from web.images import Images


def explore(card: Card, images: Images | None, z: Sequence[float] | None, image: int | None, key: str) -> bool:
    """Show the explorer: a slider for each latent dimension and the picture that follows them.

    z: the code to start at, or None for the middle of the prior; image: the number of the image to start from, shown
    beside the picture. Both are read again where they change, so that the browser's back button works. Returns whether
    the visitor has just asked for the original images.
    """
    start = images.one(image) if images and image is not None else None
    data = _model(card) | {
        "latent": {
            "dims": card.latent.dims,
            "kl": card.latent.kl,
            "range": card.latent.range,
            "dead": card.dead,
            "order": card.order,
            "limit": state.limit(card),
        },
        "images": images.as_data() if images else None,
        "start": {"z": list(z) if z is not None else None, "image": start},
    }
    if images:  # other images are another component: the browser builds it anew
        data["checksum"] += images.title
    result = _EXPLORE(data=data, key=key, on_download_change=lambda: None)
    return bool(result.get("download"))


def wander(card: Card, key: str) -> None:
    """Show a walk through the latent plane of a model with two dimensions; the pointer takes it over."""
    _WANDER(data=_model(card), key=key)


def latent_map(card: Card, download: str, key: str) -> bool:
    """Show the latent map: the codes of the test images, decoded under the pointer.

    download: what a button says that fetches the test images; empty where they are here or cannot be had. Returns
    whether the visitor has just asked for them.
    """
    data = _model(card) | {
        "latent": {"dims": card.latent.dims, "order": card.order},
        "ground": manner_of(card).fit,
        "originals": is_at_hand(card.data.name, card.data.source),
        "download": download,
    }
    result = _MAP(data=data, key=key, on_download_change=lambda: None)
    return bool(result.get("download"))


def train(run: str | None, key: str) -> str | None:
    """Show a training run as it happens, its time machine, and below them all runs; only these where `run` is None.

    Returns the name of the run that the visitor has just opened in the list, "" where the one shown is no longer there,
    otherwise None.
    """
    opened = _TRAIN(
        data=_address() | {"run": run}, key=key, on_opened_change=lambda: None, on_changed_change=lambda: None
    ).get("opened")
    return None if opened is None else str(opened)


def add_data(key: str) -> str | None:
    """Show how images of one's own become a data set; return the name of the one just added, or None."""
    data = _address() | {"limit_mb": int(st.get_option("server.maxUploadSize"))}
    added = _ADD_DATA(data=data, key=key, on_added_change=lambda: None, on_changed_change=lambda: None).get("added")
    return str(added) if added else None


def _model(card: Card) -> dict[str, Any]:
    channels, height, width = card.image_shape
    return _address() | {
        "model": card.name,
        "checksum": card.files.get("decoder.onnx", card.created),
        "shape": [height, width, channels],
    }


def _address() -> dict[str, Any]:
    """Say where a component finds the server and its own modules."""
    path = str(st.get_option("server.baseUrlPath")).strip("/")
    return {"base": f"/{path}/" if path else "/", "version": live_version()}


def _component(name: str, *sheets: str) -> ComponentRenderer:
    """Register assets/live/<name>.js as a component, with its style sheet and others that it needs."""
    styles = "\n".join((LIVE_FILES / file).read_text("utf-8") for file in ("tokens.css", f"{name}.css", *sheets))
    # Inline code becomes a blob module, which has no address of its own to import from: so it only fetches the real
    # file. The line breaks make it count as code rather than as a file's name. A page that is open while the server is
    # updated goes on with the version it has, because another one would build a second view beside the first.
    shim = f"""
        const opened = new WeakMap();
        export default async (component) => {{
          const {{ data: {{ base, version }}, parentElement }} = component;
          const file = new URL(`${{base}}live/v-${{version}}/{name}.js`, location.origin);
          const module = opened.get(parentElement) ?? await import(file);
          opened.set(parentElement, module);
          return module.default(component);
        }};
    """
    return st.components.v2.component(f"latent_{name}", css=styles, js=shim)


_EXPLORE = _component("explore")
_WANDER = _component("wander")
_MAP = _component("map", "panels.css")
_TRAIN = _component("train", "timemachine.css", "runlist.css")
_ADD_DATA = _component("adddata")
