"""One thing of a person's own, read and made whole by the model that is to take it."""

from dataclasses import replace

import numpy as np

from vae.library.shelf import Model
from vae.own.readers import READERS, Brought, Manners
from web.opened.explorers import explorer


def brought(model: Model, data: bytes, said: Manners) -> Brought:
    """Read the bytes of a file as one thing for a model; `InputError` says why that cannot be.

    What is missing of it is filled by a model that takes gaps, and the note says so; others refuse it.
    """
    one = READERS[model.card.item.kind].one(data, model.card, said)
    if not model.card.gaps or not (missing := int(np.isnan(one.thing).any(-1).sum())):
        return one
    kind = model.card.kind
    element, those = (kind.element, "it is") if missing == 1 else (kind.elements, "they are")
    note = f"{missing:,} {element} of it {'is' if missing == 1 else 'are'} missing: {those} as the model fills the gap."
    return replace(one, thing=explorer(model.name).complete(one.thing[None])[0], note=f"{one.note} {note}".strip())
