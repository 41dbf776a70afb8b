"""A model live in a notebook's cell, with no server behind it."""

import html

from vae.exchange.page import page_of
from vae.library.shelf import Model


class Shown:
    """A page that shows itself where it is the last value of a notebook's cell; `text` is the page."""

    def __init__(self, name: str, text: str, height: int) -> None:
        self.name, self.text, self.height = name, text, height

    def _repr_html_(self) -> str:
        """Return a frame that holds the page: its scripts run, and reach nothing of the notebook's."""
        return (
            f'<iframe title="{html.escape(self.name)}" srcdoc="{html.escape(self.text)}" width="100%" '
            f'height="{self.height}" style="border: 0" sandbox="allow-scripts allow-downloads"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<page of {self.name}, {len(self.text) / 1e6:.1f} MB: shows itself in a notebook>"


def show(model: Model, height: int) -> Shown:
    """Return the page of a model; `InputError` where a browser cannot run its decoder."""
    return Shown(model.name, page_of(model), height)
