"""A map's id says all its settings: `tsne-30-0` is t-SNE at perplexity 30 from seed 0."""

import re

from vae.errors import InputError, unknown
from vae.maps.projections import PROJECTIONS, Settings

WHOLE, REAL = r"(0|[1-9][0-9]{0,9})", r"([0-9]{1,4}(?:\.[0-9]{1,2})?)"


def parse_id(id: str, dims: int) -> Settings:
    """Read a map's id for a space of `dims` dimensions; `InputError` where there is no such map of it.

    "identity" (2-D spaces), "dimensions-I-J" (counted from 0), "pca", "tsne", "tsne-pPERPLEXITY-sSEED". One map has
    one id: "tsne" and not "tsne-p30-s0".
    """
    known = [*ids(dims), "dimensions-I-J", "tsne-pPERPLEXITY-sSEED"]
    if id in ids(dims):
        return Settings(id)
    if id == "identity":
        raise InputError(f"Only a 2-D space is its own map; this one has {dims} dimensions: choose pca or tsne.")
    if found := re.fullmatch(f"dimensions-{WHOLE}-{WHOLE}", id):
        settings = Settings("dimensions", dimensions=(int(found[1]), int(found[2])))
        if len(set(settings.dimensions)) != 2 or max(settings.dimensions) >= dims:
            raise InputError(f"The map {id!r} needs two different dimensions from 0 to {dims - 1}.")
        return settings
    if found := re.fullmatch(f"tsne-p{REAL}-s{WHOLE}", id):
        settings = Settings("tsne", perplexity=float(found[1]), seed=int(found[2]))
        if settings.id == id:
            return settings
        known = [settings.id]
    raise unknown("map", id[:80], known)


def ids(dims: int) -> list[str]:
    """Return the ids of the maps that every model of `dims` dimensions has, the one to begin with first."""
    found = [name for name, each in PROJECTIONS.items() if each.suits(dims) and not each.has_settings]
    return sorted(found, key=lambda name: ("identity", "tsne").index(name) if name in ("identity", "tsne") else 2)
