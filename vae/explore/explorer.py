"""An opened model for serving: two ONNX graphs, numpy in, numpy out, no torch."""

import math
from functools import cached_property
from pathlib import Path

import numpy as np

from vae.errors import InputError, first_line
from vae.explore.likelihood import nats_of
from vae.explore.running_graphs import Graph, refusal, weights_beside
from vae.explore.strange_graphs import Shapes
from vae.library.belief import Belief, normal
from vae.library.cards import Card
from vae.library.codes import Codes, read_codes
from vae.library.learnt import read_learnt
from vae.library.shelf import Model, check_files, find
from vae.likelihoods import LIKELIHOODS

Told = int | np.ndarray | None
"""The class of all rows, or of each; or the part of a thing that is given to each, or to all, [n, part, H, W]."""

ENCODED = {1: ("mean",), 2: ("mean", "log_variance"), 3: ("mean", "spread", "nats")}
"""What an encoder's graph gives, by how many outputs it has: a point; a normal, as earlier versions and others write
it; and whatever else, with what it costs."""

STRIDE = 0.02
"""Of a coordinate, to each side, where a slope is measured."""

DRAWS = 64
DRAWN_VALUES = 1 << 22
OUTSIDE = 0.25
"""How far expected images may leave [0, 1] before they are told to be in other units, by up to 64 codes of the prior
or as many as make four million numbers. Logits go to +-5 and beyond, tanh to -1; a mean that was fitted to images in
[0, 1] goes a little beyond them."""


class Explorer:
    """Serve one model: `encode` things, `decode` codes, `draw` them from a prior that is a graph.

    Things are as their kind keeps them, [n, *shape]: images uint8 [n, H, W, C], as files, canvases and sockets have
    them. Codes are float32 [n, d]. given: what a conditional model is told, the number of a class for all or int [n];
    left out, things are taken for the class under which they are likeliest, and codes are refused. One that completes
    things is told a part of them, as the networks take it; left out, that of the thing itself, and for codes that of
    the first thing kept with it. Safe to call from
    several threads at once.
    """

    def __init__(self, model: Model) -> None:
        self.card: Card = model.card
        self.folder: Path = model.folder
        check_files(model.card, model.folder)
        self.kind = self.card.kind
        self._choices = self.card.latent.choices
        self._encoder = self._open("encode", {"x": self.card.image_shape})
        decoder = self._open("decode", {"z": (self.card.latent.dims,)})
        assert decoder is not None
        self._decoder = decoder
        self._prior = self._open("draw", {"noise": (self.card.latent.dice,)})
        code: Shapes = {"z": (self.card.latent.dims,)}
        channels, *size = self.card.image_shape
        says = LIKELIHOODS.get(self.card.likelihood)
        self._even = (says.dice(channels) if says else channels, *size)
        self._cost = self._open("cost", code | {"x": self.card.image_shape})
        self._sample = self._open("sample", code | {"even": self._even})
        self._head = self._open("predict", code)
        opened = (self._encoder, decoder, self._prior, self._cost, self._sample, self._head)
        self.bytes: int = sum(graph.bytes for graph in opened if graph)

    def _open(self, does: str, rows: Shapes) -> Graph | None:
        if does not in self.card.graphs:
            return None
        path = self.folder / self.card.graphs[does]
        if self.card.told and does not in ("draw", "predict"):
            rows = rows | {"given": (self.card.told,)}
        if self.card.part and does in ("decode", "sample"):
            rows = rows | {"part": self.card.part}
        try:
            return Graph(path, rows, weights_beside(self.folder))
        except Exception as error:  # onnxruntime and protobuf raise classes of their own, with no common base
            raise refusal(path, error) from None

    def encode(self, things: np.ndarray, given: Told = None) -> Belief:
        """Return where things lie, how sure that is and what it costs; `InputError` where there is no encoder."""
        return self.encode_fed(self.kind.feed(things), given)

    def encode_fed(self, x: np.ndarray, given: Told = None) -> Belief:
        """The same of things as the networks take them, float32 [n, C, H, W]."""
        out = self.run_encoder(x, given)
        if "log_variance" in out:
            return normal(out["mean"], out["log_variance"])
        return Belief(out["mean"], out.get("spread"), out.get("nats"), self._choices)

    def run_encoder(self, x: np.ndarray, given: Told = None) -> dict[str, np.ndarray]:
        """Return what the encoder's graph gives for things, float32 [n, C, H, W], by the names in `ENCODED`."""
        if self._encoder is None:
            raise InputError(f"{self.card.name} has no encoder, so that a thing has no place; choose another model.")
        if given is None:
            given = self.guess(x)
        arrays = self._encoder.run(x, *self._classes(given, len(x)))
        if len(arrays) not in ENCODED:
            said = " or ".join(", ".join(names) for names in ENCODED.values())
            raise InputError(f"{self.folder}: the encoder gives {len(arrays)} outputs, not {said}; export it again.")
        return dict(zip(ENCODED[len(arrays)], arrays, strict=True))

    def guess(self, x: np.ndarray) -> np.ndarray | None:
        """Return the class under which each thing, float32 [n, C, H, W], costs least, int [n]; None without classes.

        Bayes' rule with classes that are as likely as each other, and the −ELBO at the centre in place of -log p(x|y).
        Of a model that completes things it is what they show themselves, [n, part, H, W].
        """
        if self.card.part:
            return x[:, : self.card.part[0]]
        if not self.card.told:
            return None
        costs = []
        for number in range(self.card.told):
            belief = self.encode_fed(x, number)
            costs.append(self.cost(x, belief.centre, number) + belief.cost)
        return np.argmin(costs, axis=0)

    def draw(self, noise: np.ndarray) -> np.ndarray:
        """Return the codes [n, d] that the prior's graph makes of standard normal noise, [n, dice]."""
        if self._prior is None:
            raise InputError(f"{self.card.name} has no graph that draws codes; choose another model.")
        return self._prior.run(np.ascontiguousarray(noise, dtype=np.float32))[0]

    def expect(self, z: np.ndarray, given: Told = None) -> np.ndarray:
        """Return the expected things as the networks give them, float32 [n, C, H, W], of codes [n, d]."""
        if given is None and self.card.told:
            raise InputError(f"{self.card.name} is told {self.card.latent.given[0].name}: send one beside the code.")
        z = np.ascontiguousarray(z, dtype=np.float32)
        return self._decoder.run(z, *self._told(given, len(z)))[0]

    def cost(self, x: np.ndarray, z: np.ndarray, given: Told = None) -> np.ndarray:
        """Return -log p(x|z), [n] nats, of things as the networks take them, float32 [n, C, H, W] or [1, C, H, W].

        By the graph that says it, or from what is expected; where a card says no likelihood as a Gaussian of scale 1.
        """
        if self._cost is None:
            return nats_of(self.card, x, self.expect(z, given))
        z = np.ascontiguousarray(z, dtype=np.float32)
        x = np.ascontiguousarray(np.broadcast_to(x, (len(z), *x.shape[1:])), dtype=np.float32)
        return self._cost.run(z, x, *self._classes(given, len(z)))[0].astype(np.float64)

    def sample(self, z: np.ndarray, seed: int, given: Told = None) -> np.ndarray:
        """Return things drawn from p(x|z), one of each code [n, d], as they are kept; a seed draws the same ones.

        `InputError` where no graph draws them: there what is expected, and a scale, tell all.
        """
        return self.kind.show(self.sample_by(z, self.even(len(z), seed), given))

    def predict(self, z: np.ndarray) -> np.ndarray:
        """Return what the head tells of codes [n, d], float32 [n] in the attribute's unit.

        `InputError` where the model was trained without one.
        """
        if self._head is None:
            raise InputError(f"{self.card.name} has no head that tells an attribute; train one with predict.")
        return self._head.run(np.ascontiguousarray(z, dtype=np.float32))[0]

    def steepest(self, z: np.ndarray) -> np.ndarray:
        """Return how what the head tells rises along each coordinate at codes [n, d], float32 [n, d].

        By central differences of `STRIDE`: the head is smooth, and float32 carries about seven digits.
        """
        strides = STRIDE * np.eye(z.shape[1], dtype=np.float32)
        both = np.stack([z[:, None] + strides, z[:, None] - strides])
        ahead, behind = self.predict(both.reshape(-1, z.shape[1])).reshape(2, *z.shape)
        return (ahead - behind) / np.float32(2 * STRIDE)

    def even(self, rows: int, seed: int) -> np.ndarray:
        """Return numbers in [0, 1) that things are drawn by, float32 [n, dice, H, W]; a seed gives the same ones."""
        return np.random.default_rng(seed).random((rows, *self._even), np.float32)

    def sample_by(self, z: np.ndarray, even: np.ndarray, given: Told = None) -> np.ndarray:
        """Return what `sample` does as the networks give it, float32 [n, C, H, W], by numbers of `even`."""
        if self._sample is None:
            raise InputError(f"{self.card.name} has no graph that draws {self.kind.nouns}; choose another model.")
        z = np.ascontiguousarray(z, dtype=np.float32)
        return self._sample.run(z, even, *self._told(given, len(z)))[0]

    def decode(self, z: np.ndarray, given: Told = None) -> np.ndarray:
        """Return the expected things of codes [n, d] as they are kept: uint8 images [n, H, W, C]."""
        return self.kind.show(self.expect(z, given))

    def reconstruct(self, things: np.ndarray, given: Told = None) -> np.ndarray:
        """Return things decoded at the centres of their own codes, as they are kept."""
        x = self.kind.feed(things)
        if given is None:
            given = self.guess(x)
        return self.decode(self.encode_fed(x, given).centre, given)

    def complete(self, things: np.ndarray) -> np.ndarray:
        """Return things as they are kept with what is missing of them, NaN, as the model expects it.

        For models that take gaps, as the card says.
        """
        missing = np.isnan(things)
        given = self.guess(self.kind.laid(self.kind.hide(things, ~missing.any(-1))))
        redrawn = self.decode(self.encode_fed(self.kind.feed(things), given).centre, given)
        return np.where(missing, redrawn, things)

    def redraw(self, codes: Codes, rows: np.ndarray) -> np.ndarray:
        """Return the expected things of some of the test codes, int [n], each under its own class."""
        return self.decode(
            codes.centre[rows], codes.labels[rows] if self.card.told and codes.labels is not None else None
        )

    def _told(self, given: Told, rows: int) -> tuple[np.ndarray, ...]:
        """Return what the decoder takes beside z: one-hot float32 [n, classes], a part [n, part, H, W], or nothing."""
        if not self.card.part:
            return self._classes(given, rows)
        part = self.scene if given is None or np.ndim(given) != 4 else np.asarray(given, np.float32)
        return (np.ascontiguousarray(np.broadcast_to(part, (rows, *self.card.part))),)

    @cached_property
    def scene(self) -> np.ndarray:
        """Return the part that codes are decoded beside where nobody gives one, float32 [1, part, H, W]."""
        assert self.card.part is not None
        learnt = self.learnt()
        if learnt is None:
            return np.zeros((1, *self.card.part), np.float32)
        return self.kind.feed(learnt[:1])[:, : self.card.part[0]]

    def _classes(self, given: Told, rows: int) -> tuple[np.ndarray, ...]:
        """Return the classes that the graphs take, one-hot float32 [n, classes], or nothing."""
        if not self.card.told:
            return ()
        numbers = np.broadcast_to(np.asarray(given), rows)
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < self.card.told:
            said = self.card.latent.given[0]
            raise InputError(
                f"{said.name} is numbered 0 to {self.card.told - 1}; got {numbers.min()} to {numbers.max()}."
            )
        return (np.eye(self.card.told, dtype=np.float32)[numbers],)

    def learnt(self) -> np.ndarray | None:
        """Return the things kept with the model that it learnt along with its weights, [n, *shape], or None."""
        return read_learnt(self.card, self.folder)

    def codes(self) -> Codes | None:
        """Return the test codes kept with the model, or None."""
        return read_codes(self.folder)


def open_explorer(name_or_path: str) -> Explorer:
    """Open a model by its name in the library or by its folder's path; `InputError` says what is wrong with it."""
    return Explorer(find(name_or_path))


def try_out(explorer: Explorer) -> None:
    """Run both graphs, read the codes, and compare what comes out with the card; `InputError` says what differs.

    One row and then two, so that a graph made for a fixed number of rows is found out.
    """
    for rows in (1, 2):
        _try_graphs(explorer, rows)
    explorer.learnt()
    dims, codes = explorer.card.latent.dims, explorer.codes()
    if codes is not None and codes.centre.shape[1] != dims:
        raise InputError(
            f"{explorer.folder}: codes.npz has {codes.centre.shape[1]} dimensions, but the card says {dims}; "
            "export the model again."
        )


def check_range(explorer: Explorer) -> None:
    """Refuse a decoder whose images are not in [0, 1], as one that gives logits: clipped, they would only look bad."""
    if explorer.kind.bounds is None:
        return
    rows = max(1, min(DRAWS, DRAWN_VALUES // math.prod(explorer.card.image_shape)))
    z = np.random.default_rng(0).standard_normal((rows, explorer.card.latent.dims))
    expected = explorer.expect(z, 0)
    seen = expected[~np.isnan(expected)]
    if seen.size and not -OUTSIDE <= seen.min() <= seen.max() <= 1 + OUTSIDE:
        raise InputError(
            f"{explorer.folder}: the decoder gives images from {seen.min():.3g} to {seen.max():.3g}, but brightness "
            "goes from 0 to 1; put a sigmoid behind it where it gives logits, or rescale what it gives, and export "
            "it again."
        )


def _try_graphs(explorer: Explorer, rows: int) -> None:
    card, dims = explorer.card, explorer.card.latent.dims
    nothing = np.zeros((rows, *card.item.shape), explorer.kind.kept)
    try:
        made = explorer.run_encoder(explorer.kind.feed(nothing), 0) if "encode" in card.can else {}
        made["expected"] = explorer.expect(np.zeros((rows, dims), np.float32), 0)
        if card.latent.prior == "graph":
            made["draws"] = explorer.draw(np.zeros((rows, card.latent.dice), np.float32))
        if "cost" in card.graphs:
            explorer.cost(explorer.kind.feed(nothing), np.zeros((rows, dims), np.float32), 0)
        if "sample" in card.graphs:
            explorer.sample(np.zeros((rows, dims), np.float32), 0, 0)
    except InputError:
        raise
    except Exception as error:  # onnxruntime raises classes of its own
        raise InputError(
            f"{explorer.folder}: the graphs do not run on what the card says ({first_line(error)}); export them again."
        ) from None
    shapes = dict.fromkeys(made, (rows, dims)) | {"expected": (rows, *card.image_shape)}
    got = {name: array.shape for name, array in made.items()}
    if got != shapes:
        raise InputError(f"{explorer.folder}: the graphs give {got}, but the card says {shapes}; export them again.")
    if "spread" in card.can and not {"nats", "log_variance"} & made.keys():
        raise InputError(f"{explorer.folder}: the encoder does not say what a code costs; export it again.")
    for name, array in made.items():
        if array.dtype != np.float32:
            raise InputError(f"{explorer.folder}: the graphs give {name} as {array.dtype}, not float32; export again.")
