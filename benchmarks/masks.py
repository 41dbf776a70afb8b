"""What a conditional U-Net says of masks, beside the same U-Net without a code.

`python benchmarks/kinds.py --kinds masks` prints it: of the hippocampus, where one person marked each slice, and of the
phantoms, where it is known what three raters mark. Both networks are trained here alike: the same U-Net, steps, step
size and order.

Dice: the overlap with what was marked, the mean over the things that show the part or are said to. GED²: the squared
generalised energy distance of Kohl et al. 2018, arXiv 1806.05034, with one minus the overlap by union as the distance,
of 16 draws to what the raters mark: 0 where both differ alike. ECE: how far the likeliest label's probability is from
the share that are right, in 15 bins (Guo et al. 2017, arXiv 1706.04599), over the pixels that somebody or something
marks. The standard errors are over the things; slices of one person are counted as if they were of several.
"""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import row
from benchmarks.series_baselines import VAE
from vae.data import load
from vae.datasets.dataset import Dataset
from vae.datasets.masks.phantoms import rated
from vae.experiments.fidelity import dice_of_part
from vae.kinds.kinds import kind_of
from vae.kinds.masks.layout import labels_of, names_of
from vae.runs.recipes import recommended

if TYPE_CHECKING:
    import torch

    from vae.models.families.completing import UNet

WIDTH = 16
"""Channels of the encoder and of the prior, after their first convolution."""
DRAWS = 16
BINS = 15
NEAR = 0.01
"""How far the Dice of the model may lie below the plain U-Net's."""
ROWS = 64


def masks(seed: int) -> None:
    """Print what models of both sets come to."""
    import torch

    torch.set_num_threads(1)
    for name in ("hippocampus", "phantoms"):
        data = load(name)
        _tell(data, VAE(data, 6, family="completing", width=WIDTH, seed=seed), plain_unet(data, seed), seed)


def plain_unet(data: Dataset, seed: int) -> "UNet":
    """Train the U-Net of the recipe without a code."""
    import torch

    from vae.models.families.completing import UNet
    from vae.plans.unet import unet

    config, kind = replace(recommended(data.name, "completing"), seed=seed).settled(), kind_of(data.item)
    x = torch.from_numpy(np.array(data.train.things)).movedim(3, 1)
    torch.manual_seed(seed)
    net = UNet(
        unet((kind.part, *x.shape[2:]), 0, x.shape[1] - kind.part, int(config.options["features"])),
        (x.shape[2], x.shape[3]),
    )
    steps = config.epochs * math.ceil(len(x) / config.batch_size)
    adam = torch.optim.Adam(net.parameters(), config.learning_rate)
    falls = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    order = torch.Generator().manual_seed(seed)
    for _ in range(config.epochs):
        for rows in torch.randperm(len(x), generator=order).split(config.batch_size):
            loss = -(x[rows, kind.part :] / kind.levels * _plain(net, x[rows], kind.part).log_softmax(1)).sum() / len(
                rows
            )
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            falls.step()
    return net.eval()


def _plain(net: "UNet", x: "torch.Tensor", part: int) -> "torch.Tensor":
    seen = x[:, :part].float() / 255
    return net(seen, seen.new_zeros((len(seen), 0)))  # type: ignore[no-any-return]


def _tell(data: Dataset, ours: VAE, net: "UNet", seed: int) -> None:
    import torch

    things, factors = np.asarray(data.test.things), data.test.factors
    truth, names = labels_of(things), names_of(data.item)[1:]
    raters = truth[None] if factors is None else rated(np.asarray(factors))
    print(f"\n{data.title}: {len(data.train):,} to learn from, {len(things):,} held out, {len(raters)} to mark each")
    x, model = torch.from_numpy(ours.model.kind.feed(things)), ours.model
    with torch.no_grad():
        belief = model.encode(x)
        noise = torch.randn((DRAWS, *belief.centre.shape), generator=torch.Generator().manual_seed(seed))
        alone = np.concatenate([_plain(net, 255 * some, model.part).softmax(1).numpy() for some in x.split(ROWS)])
        middle, posterior = (_shares(ours, x, z) for z in (torch.zeros_like(belief.centre), belief.centre))
        drawn = np.stack([_shares(ours, x, z) for z in noise])
    row("KL(q || p)", f"{float(belief.nats().sum(1).mean()):.2f} nats")
    best = _dice("U-Net without a code", alone, truth, names)
    _dice("at the middle of the prior", middle, truth, names, best)
    _dice(f"mean of {DRAWS} draws from the prior", drawn.mean(0), truth, names)
    _dice("one draw from the prior", drawn[0], truth, names)
    _dice("at the middle of the posterior, which saw it", posterior, truth, names)
    _distance("U-Net without a code", alone.argmax(1)[None], raters, len(names))
    _distance(f"{DRAWS} draws from the prior", drawn.argmax(2), raters, len(names))
    _calibration("U-Net without a code", alone, truth)
    _calibration("at the middle of the prior", middle, truth)
    _calibration(f"mean of {DRAWS} draws from the prior", drawn.mean(0), truth)


def _shares(ours: VAE, x: "torch.Tensor", z: "torch.Tensor") -> np.ndarray:
    """Return how likely each label is, float32 [n, K, H, W], of things [n, C, H, W] beside codes [n, d]."""
    part = ours.model.part
    pairs = zip(x.split(ROWS), z.split(ROWS), strict=True)
    return np.concatenate([ours.model.decode(code, some[:, :part]).mean[:, part:].numpy() for some, code in pairs])


def _dice(name: str, shares: np.ndarray, truth: np.ndarray, names: list[str], best: float | None = None) -> float:
    labels, found = shares.argmax(1), []
    for number, part in enumerate(names, 1):
        each = dice_of_part(truth, labels, number)
        each = each[~np.isnan(each)]
        found.append(float(each.mean()))
        row(f"{name}: Dice, {part}", f"{each.mean():.3f} ± {each.std(ddof=1) / len(each) ** 0.5:.3f}")
    mean = float(np.mean(found))
    target = "" if best is None else f"≥ {best - NEAR:.3f}"
    row("    mean of the parts", f"{mean:.3f}", target, None if best is None else mean >= best - NEAR)
    return mean


def _distance(name: str, drawn: np.ndarray, raters: np.ndarray, parts: int) -> None:
    """Print GED² of draws [s, n, H, W] to what raters mark, [r, n, H, W]."""
    away, among, between = (_apart(a, b, parts) for a, b in ((drawn, raters), (drawn, drawn), (raters, raters)))
    each = 2 * away - among - between
    row(f"{name}: GED²", f"{each.mean():.3f} ± {each.std(ddof=1) / len(each) ** 0.5:.3f}")
    row("    apart from each other, from the raters", f"{among.mean():.3f}, {away.mean():.3f}")


def _apart(a: np.ndarray, b: np.ndarray, parts: int) -> np.ndarray:
    """Return the mean distance of all pairs, float64 [n]: one minus the overlap by union, the mean over the parts."""
    total = np.zeros(a.shape[1])
    for one in a:
        for other in b:
            found = np.stack([dice_of_part(one, other, label) for label in range(1, parts + 1)])
            there = ~np.isnan(found)
            union = found / (2 - found)
            total += 1 - np.where(there.any(0), np.nansum(union, 0) / np.maximum(there.sum(0), 1), 1.0)
    return total / (len(a) * len(b))


def _calibration(name: str, shares: np.ndarray, truth: np.ndarray) -> None:
    labels, sure = shares.argmax(1), shares.max(1)
    counts = (labels > 0) | (truth > 0)
    right, sure = (labels == truth)[counts], sure[counts]
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    sums = [np.bincount(place, each, BINS) for each in (right.astype(np.float64), sure)]
    row(f"{name}: ECE", f"{np.abs(sums[0] - sums[1]).sum() / len(right):.3f}")
