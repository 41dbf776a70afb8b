"""Make a map of a model's codes, and say what it keeps of the latent space."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import tyro

from vae.commands.flags import Json
from vae.commands.runs.progress import formed, interrupts
from vae.kinds.kind import Kind
from vae.library.shelf import find


def make_map(
    model: tyro.conf.Positional[str],
    projection: str = "tsne",
    dimensions: tuple[int, int] = (0, 1),
    perplexity: float = 30.0,
    seed: int = 0,
    out: Path | None = None,
    json: Json = False,
) -> int:
    """Make a map of a model's test codes, keep it with the model, and measure what it keeps of the latent space.

    Ctrl-C keeps what is there; a map that is made already is not made again.

    Args:
        model: Name in the library, or a folder.
        projection: identity (2-D spaces), dimensions, pca or tsne.
        dimensions: The two dimensions shown by --projection dimensions, counted from 0.
        perplexity: Of t-SNE: how many neighbours count, roughly.
        seed: Of t-SNE: the same seed gives the same map.
        out: Folder for the map; left out: with the model, or in your own folder for a bundled one.
        json: Print a JSON line for each frame, then one for the map, in place of the progress bar.
    """
    from vae.maps import shelf as maps
    from vae.maps.projections import Settings as MapSettings

    found = find(model)
    id = MapSettings(projection, dimensions, perplexity, seed).id
    with interrupts() as interrupted:
        frames, frame = maps.make(found, id, out), None
        for frame in formed(frames, json):
            if interrupted:
                frames.close()
                print(f"\nStopped at iteration {frame.iteration} of {frame.total}.", file=sys.stderr)
                break
        if frame and not json:
            print("Measuring …", file=sys.stderr)
        standing = maps.complete(found, id, out, wait=not interrupted)
    if json:
        facts = {"name": found.name, "map": id} | asdict(replace(standing, points=None))
        print(msgspec.json.encode(facts).decode())
    else:
        print("\n".join(_kept(found.name, id, standing, found.card.kind)))
    return 130 if interrupted else 0


def _kept(name: str, id: str, standing: Any, kind: Kind) -> Iterator[str]:
    """Say in lines how a map stands and what it keeps."""
    yield f"{name} {id}: {standing.state}{f'. {standing.message}' if standing.message else ''}"
    if (keeps := standing.keeps) is None:
        return
    if keeps.trustworthiness is not None:
        yield f"  trustworthiness {keeps.trustworthiness:.4f}"
    if keeps.map_accuracy is not None:
        yield f"  10-NN accuracy {keeps.map_accuracy:.4f} on the map, {keeps.latent_accuracy:.4f} in latent space"
    if keeps.own_error is not None:
        own, nearest, random = (
            f"{error:.3g}" for error in (keeps.own_error, keeps.neighbour_error, keeps.random_error)
        )
        others = f"the nearest point's {nearest}, a random one's {random}"
        yield f"  decoded {kind.seen[0]} off by {own} {kind.unit}; {others}"
    yield f"  ({keeps.conditions})"
