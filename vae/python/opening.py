"""A model in a notebook: encode, decode, draw, walk, map and measure it, with numpy alone."""

from collections import deque
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from vae.errors import InputError
from vae.explore.draws import draw_codes, walk_codes
from vae.explore.explorer import Explorer
from vae.explore.search import search
from vae.explore.things import Given, as_codes, as_kept, as_told
from vae.library.belief import Belief
from vae.library.cards import Card
from vae.library.codes import Codes
from vae.library.shelf import Model, find
from vae.library.shelf import list_models as all_models
from vae.maps.ids import ids
from vae.maps.plane import Map

if TYPE_CHECKING:
    from vae.python.showing import Shown


class Opened:
    """A model, ready to be used: what `vae.open` returns.

    Things are arrays as their kind keeps them: images uint8 [n, H, W, C], series float32 [n, samples, channels]. Codes
    are float32 [n, d]. `given` is what a conditional model is told: a class's number or name, one for all or one a row.
    A person's mistake is a `vae.InputError` whose sentence says what to do.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._explorer = Explorer(model)

    @property
    def name(self) -> str:
        """The model's name in the library."""
        return self._model.name

    @property
    def folder(self) -> Path:
        """The folder that holds its card, graphs, weights and test codes."""
        return self._model.folder

    @property
    def findings(self) -> list[str]:
        """What was found out when the model came in from elsewhere, a sentence each; none of a model of ours."""
        return self.card.origin.lines if self.card.origin else []

    @property
    def card(self) -> Card:
        """All that is known of it: family, network, data, latent space, training, figures.

        >>> import vae
        >>> card = vae.open("mnist-16d").card
        >>> card.family, card.latent.dims, card.item.shape
        ('gaussian', 16, (28, 28, 1))
        """
        return self._explorer.card

    @cached_property
    def codes(self) -> Codes | None:
        """Its codes of the test set: centre and spread float32 [N, d], labels int64 [N]; None where it keeps none."""
        return self._explorer.codes()

    def encode(self, things: ArrayLike, given: Given = None) -> Belief:
        """Return where things lie in the latent space, how sure that is, and what it costs.

        things: [n, *card.item.shape] or one of them; images uint8, or floats in [0, 1]. Of the returned belief, centre
        is float32 [n, d], spread its standard deviations or None where a code is a point, and nats the KL to the prior
        by dimension, or None where there is no prior. given: left out, a conditional model takes the class under which
        each thing is likeliest. Raises `InputError` where there is no encoder, and for other shapes.

        >>> import vae
        >>> model, digits = vae.open("mnist-16d"), vae.data.load("mnist-5k").test.things
        >>> belief = model.encode(digits[:3])
        >>> belief.centre.shape, belief.spread.shape, bool((belief.nats >= 0).all())
        ((3, 16), (3, 16), True)
        """
        return self._explorer.encode(as_kept(self.card, things), as_told(self.card, given))

    def decode(self, z: ArrayLike, given: Given = None) -> np.ndarray:
        """Return the expected things of codes, as they are kept: the mean of p(x|z), images as uint8 [n, H, W, C].

        z: float32 [n, d], or one code [d]. given: required of a conditional model. Raises `InputError` for other
        shapes and NaN.

        >>> import vae
        >>> vae.open("mnist-2d").decode([[0.0, 0.0], [1.5, -1.0]]).shape
        (2, 28, 28, 1)
        """
        return self._explorer.decode(as_codes(self.card, z), as_told(self.card, given))

    def predict(self, z: ArrayLike) -> np.ndarray:
        """Return what the model's head tells of codes, [n, d] or one of them: float32 [n], in the attribute's unit.

        `card.predicts` names the attribute. Raises `InputError` where the model was trained without a head.
        """
        return self._explorer.predict(as_codes(self.card, z))

    def reconstruct(self, things: ArrayLike, given: Given = None) -> np.ndarray:
        """Return things decoded at the centres of their own codes, as they are kept; takes what `encode` takes.

        >>> import vae
        >>> model, digits = vae.open("mnist-16d"), vae.data.load("mnist-5k").test.things
        >>> model.reconstruct(digits[:3]).shape
        (3, 28, 28, 1)
        """
        return self._explorer.reconstruct(as_kept(self.card, things), as_told(self.card, given))

    def search(self, things: ArrayLike, given: Given = None, *, seed: int = 0) -> np.ndarray:
        """Return the codes, float32 [n, d], that a search finds for things, where no encoder says them: of a GAN.

        It begins with 2,000 draws of `seed` and goes downhill from the nearest; that takes a third of a second a thing,
        and more with many dimensions. things: as `encode` takes them. given: required of a conditional model. Raises
        `InputError` for a model without a normal prior, or too large. An encoder is no hindrance.

        >>> import vae
        >>> model, digits = vae.open("mnist-2d"), vae.data.load("mnist-5k").test.things
        >>> model.search(digits[:1]).shape
        (1, 2)
        """
        kept, told = as_kept(self.card, things), as_told(self.card, given)
        codes = np.zeros((len(kept), self.card.latent.dims), np.float32)
        for row, thing in enumerate(kept):
            (last,) = deque(search(self._explorer, thing, told[row] if isinstance(told, np.ndarray) else told, seed), 1)
            codes[row] = last.code
        return codes

    def draw_codes(self, n: int = 1, *, seed: int = 0) -> np.ndarray:
        """Return codes as the prior has them, float32 [n, d]; the same seed gives the same codes.

        Raises `InputError` for a model without a prior, and for n outside 1 to 100,000.
        """
        return draw_codes(self._explorer, n, seed)

    def draw(self, n: int = 1, *, seed: int = 0, given: Given = None) -> np.ndarray:
        """Return things drawn from the model, as they are kept: the expected things of `draw_codes(n, seed=seed)`.

        given: required of a conditional model. Raises `InputError` for a model without a prior.

        >>> import vae
        >>> vae.open("mnist-c-8d").draw(5, seed=1, given="4").shape
        (5, 28, 28, 1)
        """
        return self.decode(self.draw_codes(n, seed=seed), given)

    def traverse(self, dim: int, steps: int = 9, *, start: ArrayLike | None = None, given: Given = None) -> np.ndarray:
        """Return things along one dimension, evenly over where the data lies, as they are kept: [steps, ...].

        dim: counted from 0; `card.order` has those first that carry most. start: [d], the other coordinates; left
        out, zeros. Raises `InputError` where there is no such dimension, and for steps outside 2 to 1,000.

        >>> import vae
        >>> model = vae.open("mnist-16d")
        >>> model.traverse(model.card.order[0], steps=7).shape
        (7, 28, 28, 1)
        """
        start = None if start is None else as_codes(self.card, start)[0]
        return self.decode(walk_codes(self._explorer, dim, steps, start), given)

    def map(self, projection: str | None = None, *, perplexity: float = 30.0, seed: int = 0) -> Map:
        """Return a map of the test codes: `points` float32 [N, 2], and from place to code and back.

        projection: "identity" (two-dimensional spaces), "pca" or "tsne"; left out, the plane itself, a t-SNE map that
        is made already, or PCA. A t-SNE map that is not made yet takes from seconds to minutes, and is kept.
        perplexity, seed: of t-SNE. `map.place(z)` gives the places of codes, `map.code_at(xy)` the codes of places.
        Raises `InputError` where the model keeps no test codes, and for a projection that does not suit it.

        >>> import vae
        >>> model = vae.open("mnist-16d")
        >>> model.map("pca").points.shape == (len(model.codes.centre), 2)
        True
        >>> model.decode(model.map().code_at([[0, 0]])).shape
        (1, 28, 28, 1)
        """
        from vae.maps import shelf
        from vae.maps.projections import Settings

        if projection is None:
            wanted = ids(self.card.latent.dims)[0]
            id = wanted if shelf.standing(self._model, wanted).state == "done" else "pca"
        else:
            id = Settings(projection, perplexity=perplexity, seed=seed).id
            for _ in shelf.make(self._model, id):
                pass
        return shelf.open_map(self._model, id, self.codes)

    def evaluate(
        self, data: str | None = None, *, elbo_samples: int = 1, importance_samples: int = 0, seed: int = 0
    ) -> dict[str, Any]:
        """Measure the model on test things; return the figures of `python -m vae evaluate`, by name.

        data: name of a data set, or a folder's path; left out, the one that it was trained on. elbo_samples: draws
        from the posterior for each thing. importance_samples: draws for log p(x) of each of the first 1,000 things;
        0 leaves it out. `negative_elbo`, `reconstruction` and `kl` are nats a thing, None where the model has none.
        Loads torch, which takes seconds. Raises `InputError` where the data are not at hand or do not fit.

        >>> import vae
        >>> figures = vae.open("mnist-2d").evaluate("mnist-5k")
        >>> 100 < figures["negative_elbo"] < 200
        True
        """
        from vae.commands.measure import measured

        draws = {"elbo_samples": elbo_samples, "importance_samples": importance_samples, "seed": seed}
        return measured(self._model, data, draws)

    def show(self, height: int = 720) -> "Shown":
        """Return the model as one live page for a notebook's cell: sliders, plane and map, with no server behind it.

        height: of the cell, in pixels. Raises `InputError` for a network that a browser cannot run by itself.

        >>> import vae
        >>> vae.open("mnist-2d").show()  # doctest: +ELLIPSIS
        <page of mnist-2d, ... MB: shows itself in a notebook>
        """
        from vae.python.showing import show

        return show(self._model, height)

    def export(self, format: str = "zip", path: str | Path | None = None) -> Path:
        """Write the model out as `python -m vae export` does; return the file or folder that was written.

        format: "zip", which `python -m vae import` takes in, "onnx", "torch", "hub" or "html", one page that needs no
        server. path: left out, one called like the model, in the working folder. Raises `InputError` for an unknown
        format, for one that the model does not allow, and where it cannot be written or something is there already.
        """
        from vae.exchange.formats.formats import export

        return export(self._model, format, None if path is None else Path(path)).path

    def __repr__(self) -> str:
        latent, data, bound = self.card.latent, self.card.data.title, self.card.metrics.get("negative_elbo")
        told = "" if bound is None else f", −ELBO {bound:.1f} nats"
        return f"<model {self.name}: {latent.dims} dimensions, {data}{told}>"


def open(name: str | Path) -> Opened:
    """Open a model: by its name in the library, `vae.list_models()` has them, or by the path of its folder or zip.

    Raises `InputError` for an unknown name and for files that are damaged. Loads no torch.

    >>> import vae
    >>> vae.open("mnist-2d")
    <model mnist-2d: 2 dimensions, MNIST, −ELBO 135.9 nats>
    """
    if isinstance(name, Path):
        name = str(name.absolute())
    if name.endswith(".zip"):
        raise InputError(f"{name} is a zip file; take it in first: python -m vae import {name}")
    return Opened(find(name))


def list_models() -> dict[str, Card]:
    """Return the models in the library, their cards by name: the bundled ones first, then a person's own.

    Those that cannot be opened are left out; `python -m vae list` says why. Loads no torch.

    >>> import vae
    >>> "mnist-16d" in vae.list_models()
    True
    """
    return {model.name: model.card for model in all_models() if isinstance(model, Model)}
