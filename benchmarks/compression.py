"""How few bits a pixel of a binarised digit takes: bits-back coding by bundled models, beside ordinary formats.

`python benchmarks/kinds.py --kinds compression` prints it. The first 1,000 test digits of the fixed binarisation are
packed as one pile and unpacked again; whether all came out is said with the figure, and the pile counts as a whole,
with the bits that it began with. Formats have all digits on one sheet, or one after the other, of one bit a pixel.
Published, of all 10,000 digits: 0.19 bits by Townsend, Bird & Barber 2019, arXiv 1901.04866.

With loss: bits a picture and PSNR of 500 grey test digits, the codes rounded to a grid, beside JPEG and WebP.
"""

import numpy as np

from benchmarks.report import row
from vae.coding import coarse, formats
from vae.coding.bitsback import Packer, crisp
from vae.data import load
from vae.explore.explorer import open_explorer
from vae.explore.originals import sample_for

DIGITS = 1_000
WANTED, BESIDE = "mnist-16d", ("mnist-2d", "mnist-denoise-16d")
MOST = 0.21


def compression(seed: int) -> None:
    """Print what binarised digits take, and what grey ones take with loss."""
    things = np.asarray(load("binarized-mnist").test.things[:DIGITS])
    print(f"\n{len(things):,} binarised test digits, nothing lost, bits a pixel")
    for name in (WANTED, *BESIDE):
        _pack(name, things, seed)
    for name, bits in formats.lossless(things, ink=True).items():
        row(name, f"{bits / things.size:.3f}")
    _rate()


def _pack(name: str, things: np.ndarray, seed: int) -> None:
    model = open_explorer(name)
    packer, laid = Packer(model), crisp(model.card, things)
    packed = packer.pack(laid, seed)
    again, left = packer.unpack(packed.words, packed.things)
    equal = np.array_equal(again, laid) and np.array_equal(left, packer.beginning(seed))
    rate = 32 * len(packed.words) / laid.size
    met = bool(equal and rate <= MOST) if name == WANTED else None
    row(
        f"bits back, {name}",
        f"{rate:.4f}, {'all equal' if equal else 'NOT EQUAL'}",
        f"≤ {MOST}" if met is not None else "",
        met,
    )
    means = np.mean([(each.taken, each.thing, each.code) for each in packed.bits], 0)
    row("    a digit: taken, picture, code", " ".join(f"{mean:.1f}" for mean in means))


def _rate() -> None:
    model = open_explorer(WANTED)
    sample = sample_for(model.card, None)
    assert sample is not None
    things = sample.things
    print(f"\n{len(things)} grey test digits, with loss, bits a picture and PSNR")
    for rate in coarse.rates(model, things):
        row(f"{WANTED}, a grid of {rate.setting:g}", f"{rate.bits:.0f}, {rate.psnr:.1f} dB")
    for name, found in formats.lossy(things).items():
        for rate in found[:4]:
            row(f"{name}, quality {rate.setting:g}", f"{rate.bits:.0f}, {rate.psnr:.1f} dB")
