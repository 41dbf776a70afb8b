"""Bits-back coding: a VAE as a compressor that loses nothing, and −ELBO as the size of a file.

Townsend, Bird & Barber 2019, Practical lossless compression with latent variables using bits back coding, arXiv
1901.04866. The pile of bits is an asymmetric numeral system (Duda 2009, arXiv 0902.0271), by the library constriction.

A sender lays a thing x on the pile by p(x|z) and its code z by p(z). Which z is free to choose among those that fit: so
it is taken off the pile by q(z|x), and who unpacks, and knows x then, puts those bits back. The pile grows by
−log p(x|z) − log p(z) + log q(z|x), on average the −ELBO. The first thing needs a pile to take from: `SEED_BITS` a
dimension.

What is packed is read by the same graphs on the same machine: a float that is rounded otherwise would be another file.
"""

from dataclasses import dataclass

import constriction
import numpy as np

from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.families import FAMILIES
from vae.library.cards import Card

STEP = 1 / 256
"""How finely a code is cut: what that costs is got back, as a spread is many steps wide."""

REACH = 8
"""Standard deviations of the prior on each side of 0 that a code may lie in."""

SEED_BITS = 32
"""Bits a dimension that the pile begins with, drawn by a seed."""

SURE = 2.0**-16
"""How near to 0 and 1 the probability of a pixel counts: the coder cuts probabilities into parts of 2^-24."""

PACKED = ("bernoulli", "gaussian")
"""Likelihoods by which pictures are packed: black and white ones, and ones of 256 levels."""


@dataclass(frozen=True)
class Bits:
    """What a thing did to the pile, in bits: taken by q(z|x), laid on by p(x|z) and by p(z)."""

    taken: float
    thing: float
    code: float

    @property
    def net(self) -> float:
        """Return how much the pile has grown."""
        return self.thing + self.code - self.taken


@dataclass(frozen=True)
class Packed:
    """Some things as one pile. words: uint32, its bits; things: how many; bits: what each did, in their order."""

    words: np.ndarray
    things: int
    bits: list[Bits]


def packs(card: Card) -> bool:
    """Say whether a model packs anything."""
    return not lack_of(card)


def lack_of(card: Card) -> str:
    """Say why a model packs nothing, or nothing: it takes pictures, a normal prior, a spread, and no class."""
    lacks = (
        "it needs an encoder that says how sure it is" if "spread" not in card.can else "",
        "what its encoder believes is more than a normal" if not _is_normal(card) else "",
        "its prior is more than N(0, I)" if card.latent.prior != "normal" or card.latent.choices else "",
        "it is told a class beside the code" if card.told else "",
        f"pictures are packed, and no {card.kind.nouns}" if not card.kind.pixels else "",
        "its likelihood is none that is packed by" if card.measured_by not in PACKED else "",
    )
    return next(filter(None, lacks), "")


def _is_normal(card: Card) -> bool:
    """Say whether q(z|x) is the normal that its centre and spread tell: networks with more around them have another."""
    return card.family not in FAMILIES or FAMILIES[card.family].plain


def crisp(card: Card, things: np.ndarray) -> np.ndarray:
    """Return pictures, uint8 [n, H, W, C], as they are packed, int32 [n, C, H, W]: a Bernoulli's in black and white, as
    1 and 0, others as their 256 levels, of which the first and the last take what lies beyond them."""
    laid = np.moveaxis(things, -1, 1).astype(np.int32)
    return (laid > card.kind.levels // 2).astype(np.int32) if card.measured_by == "bernoulli" else laid


class Packer:
    """A model that lays things on a pile and takes them off again; `InputError` where it cannot."""

    def __init__(self, explorer: Explorer) -> None:
        if reason := lack_of(explorer.card):
            raise InputError(f"{explorer.card.name} packs nothing into bits here: {reason}; choose another model.")
        self._explorer = explorer
        self._normal = constriction.stream.model.QuantizedGaussian(round(-REACH / STEP), round(REACH / STEP))
        self._ink = constriction.stream.model.Bernoulli(perfect=False)
        self._grey = constriction.stream.model.QuantizedGaussian(0, round(explorer.kind.levels))
        dims = explorer.card.latent.dims
        self._prior = (np.zeros(dims), np.full(dims, 1 / STEP))
        self._levels = 1 if explorer.card.measured_by == "bernoulli" else round(explorer.kind.levels)

    def pack(self, things: np.ndarray, seed: int = 0) -> Packed:
        """Return things, int [n, C, H, W] as `crisp` has them, as one pile that `seed` began."""
        self._check(things)
        pile = constriction.stream.stack.AnsCoder(self.beginning(seed))
        bits = [self._lay(pile, thing) for thing in things]
        return Packed(pile.get_compressed(), len(things), bits)

    def unpack(self, words: np.ndarray, things: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the things of a pile, int32 [n, C, H, W], in the order in which they were packed, and what it began
        with, uint32."""
        pile = constriction.stream.stack.AnsCoder(words)
        found = [self._take(pile) for _ in range(things)][::-1]
        return np.reshape(found, (things, *self._explorer.card.image_shape)).astype(np.int32), pile.get_compressed()

    def beginning(self, seed: int) -> np.ndarray:
        """Return the bits that a pile begins with, uint32."""
        words = np.random.default_rng(seed).integers(1, 2**32, self._explorer.card.latent.dims * SEED_BITS // 32)
        return words.astype(np.uint32)

    def _check(self, things: np.ndarray) -> None:
        shape = self._explorer.card.image_shape
        if things.shape[1:] != shape or not len(things):
            raise InputError(f"A pile is made of things of shape {list(shape)}, one or more; got {list(things.shape)}.")
        if things.min() < 0 or things.max() > self._levels:
            raise InputError(f"What is packed goes from 0 to {self._levels}; this goes to {things.max()}.")

    def _lay(self, pile: constriction.stream.stack.AnsCoder, thing: np.ndarray) -> Bits:
        high = [pile.num_valid_bits()]
        code = pile.decode(self._normal, *self._belief(thing))
        high.append(pile.num_valid_bits())
        pile.encode_reverse(thing.reshape(-1).astype(np.int32), *self._expected(code))
        high.append(pile.num_valid_bits())
        pile.encode_reverse(code, self._normal, *self._prior)
        high.append(pile.num_valid_bits())
        taken, laid, coded = np.diff(high).tolist()
        return Bits(-taken, laid, coded)

    def _take(self, pile: constriction.stream.stack.AnsCoder) -> np.ndarray:
        code = pile.decode(self._normal, *self._prior)
        thing = pile.decode(*self._expected(code))
        pile.encode_reverse(code, self._normal, *self._belief(thing))
        return np.asarray(thing)

    def _belief(self, thing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return q(z|x) in steps: means and standard deviations, float64 [d]."""
        x = (thing.reshape(1, *self._explorer.card.image_shape) / self._levels).astype(np.float32)
        belief = self._explorer.encode_fed(x)
        assert belief.spread is not None
        return belief.centre[0].astype(np.float64) / STEP, belief.spread[0].astype(np.float64) / STEP

    def _expected(self, code: np.ndarray) -> tuple[object, ...]:
        """Return p(x|z) of a code in steps, as the pile takes it."""
        expected = self._explorer.expect((code * STEP)[None]).reshape(-1).astype(np.float64)
        if self._levels == 1:
            return self._ink, expected.clip(SURE, 1 - SURE)
        scale = (self._explorer.card.scale or 1.0) * self._levels
        return self._grey, expected * self._levels, np.full(len(expected), scale)
