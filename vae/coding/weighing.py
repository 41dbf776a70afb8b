"""What some pictures weigh in bits: packed by a model without loss, and drawn by it from a rounded code alone."""

from dataclasses import dataclass

import numpy as np

from vae.coding import coarse, formats
from vae.coding.bitsback import Bits, Packer, crisp
from vae.coding.coarse import Rate
from vae.explore.explorer import Explorer


@dataclass(frozen=True)
class Weight:
    """What `things` pictures of `numbers` numbers each weigh, in bits a picture.

    ink: whether they were made black and white first. bits: what the model's pile took and gave, on average; whole: the
    pile in all, its beginning with it, and equal: whether it came apart into the very same pictures, and nothing was
    left but that beginning. others: what formats take. rates, lossy: with loss, of the pictures as they are.
    """

    things: int
    numbers: int
    ink: bool
    bits: Bits
    whole: float
    equal: bool
    others: dict[str, float]
    rates: list[Rate]
    lossy: dict[str, list[Rate]]


def weigh(explorer: Explorer, things: np.ndarray, seed: int = 0) -> Weight:
    """Weigh pictures, uint8 [n, H, W, C]; `InputError` where the model packs nothing."""
    packer, ink = Packer(explorer), explorer.card.measured_by == "bernoulli"
    laid = crisp(explorer.card, things)
    packed = packer.pack(laid, seed)
    again, left = packer.unpack(packed.words, packed.things)
    shown = np.moveaxis(laid * 255 if ink else laid, 1, -1).astype(np.uint8)
    means = np.mean([(each.taken, each.thing, each.code) for each in packed.bits], 0)
    return Weight(
        things=len(things),
        numbers=int(laid[0].size),
        ink=ink,
        bits=Bits(*means.tolist()),
        whole=32 * len(packed.words) / len(things),
        equal=bool(np.array_equal(again, laid) and np.array_equal(left, packer.beginning(seed))),
        others={name: bits / len(things) for name, bits in formats.lossless(shown, ink).items()},
        rates=coarse.rates(explorer, things),
        lossy=formats.lossy(things),
    )
