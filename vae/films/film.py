"""The time machine of a training run as a film: GIF or MP4."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from vae.colours import THEMES
from vae.config import TrainConfig
from vae.data import card_of
from vae.datasets.prepared import is_own
from vae.datasets.sources import DATASETS
from vae.errors import InputError, unknown
from vae.families import Family, family
from vae.files import replacing
from vae.films.mp4 import write_mp4
from vae.films.sheet import Curve, Moment, Sheet, Still, plain
from vae.home import bundled_folder
from vae.kinds.kinds import kind_of
from vae.library.cards import read_card
from vae.python_files import title_of
from vae.runs import shelf
from vae.runs.snapshots import item_of, read_probe, read_snapshot, snapshots

Kind = Literal["gif", "mp4"]

LONGEST, SHORTEST = 60.0, 1.0
HOLD = 1.2
"""Seconds that the last moment stays, so that it can be looked at before the film begins again."""

GIF_WIDTHS = (800, 640, 480)
GIF_RATE = 12.5
"""Pictures a second: a GIF counts in hundredths, and many viewers slow down what is shorter than 5 of them."""
MAX_GIF_BYTES = 12 << 20
"""A larger one is made again, smaller: many programs take no GIF beyond this."""

MP4_WIDTH, MP4_RATE = 1280, 25
MARGIN, STRAGGLERS = 1.05, 1.25
"""Of a map beyond its outermost points, and so far beyond 99.5 % of them it reaches for the sake of the others."""

CURVE_POINTS = 240
SMOOTHED = 5
"""Records that a point of the training curve is the mean of."""


@dataclass(frozen=True)
class Reel:
    """All that a film shows, read once.

    steps: of the snapshots, rising; points: float32 [moments, P, 2] in [-1, 1]; costs: the steps and figures of the
    curve that the caption reads from, [n] each.
    """

    still: Still
    steps: list[int]
    points: np.ndarray
    reconstructions: list[np.ndarray]
    samples: list[np.ndarray]
    costs: tuple[np.ndarray, np.ndarray]
    curve: Curve | None
    total: int
    epochs: int

    def at(self, share: float) -> Moment:
        """Return the moment at `share` in [0, 1] of the film: points between two snapshots, pictures of the nearer."""
        place = share * (len(self.steps) - 1)
        low = min(int(place), max(0, len(self.steps) - 2))
        high, rest = min(low + 1, len(self.steps) - 1), place - low
        step = self.steps[low] + (self.steps[high] - self.steps[low]) * rest
        near = high if rest > 0.5 else low
        progress = step / self.total
        figure = np.interp(step, *self.costs) if len(self.costs[0]) and step >= self.costs[0][0] else None
        height = None if self.curve is None or figure is None else float(np.interp(progress, *self.curve.places.T))
        return Moment(
            points=self.points[low] + (self.points[high] - self.points[low]) * rest,
            reconstructions=self.reconstructions[near],
            samples=self.samples[near],
            progress=progress,
            caption=f"Step {round(step):,} of {self.total:,}, epoch {self._epoch(step)} of {self.epochs}",
            figure="" if figure is None else f"{figure:.1f} nats",
            dot=None if height is None else (progress, height),
        )

    def _epoch(self, step: float) -> int:
        """Return how many passes are finished."""
        return min(self.epochs, int(step * self.epochs / self.total))


def folder_of(name_or_path: str) -> Path:
    """Return the folder of a run: a person's own, a bundled model's, or the one at a path."""
    if os.sep in name_or_path:
        return Path(name_or_path)
    return bundled_folder(name_or_path) or shelf.find_run(name_or_path).folder


def read_reel(folder: Path) -> Reel:
    """Read the snapshots and curves of the run in `folder`; raise `InputError` where it has none."""
    steps = snapshots(folder)
    if not steps:
        raise InputError(f"The run {folder.name} keeps no snapshots, so there is nothing to show; train it first.")
    config, probe = shelf.read_config(folder), read_probe(folder)
    item = item_of(probe)
    nouns = kind_of(item).nouns
    known = family(config.family)
    taken = [read_snapshot(folder, step) for step in steps]
    if len({(snapshot["points"].shape, snapshot["reconstructions"].shape) for snapshot in taken}) != 1:
        raise InputError(f"The snapshots of {folder.name} do not belong together; train the run again.")
    points = np.stack([snapshot["points"] for snapshot in taken])
    reach = _reach(points)
    training, held_out = (_records(folder, kind) for kind in ("metrics", "held_out"))
    total = max([int(shelf.status(folder).steps), steps[-1], 1, *(training[0][-1:]).astype(int).tolist()])
    curves = _curves(training, held_out, total)
    strong = next((curve for curve in curves if curve.strong), None)
    flat = all(np.array_equal(snapshot["axes"], np.eye(2)) and not snapshot["centre"].any() for snapshot in taken)
    rings = (1, 2, 3) if flat and known.prior == "normal" else ()
    still = Still(
        title=folder.name,
        subtitle=_settings(config),
        map_title=f"{points.shape[1]:,} {_points(known, probe)} in latent space",
        classes=_classes(folder, config),
        labels=probe.get("labels"),
        item=item,
        originals=probe["originals"],
        curves=curves,
        marks=tuple(change.step / total for change in shelf.changes(folder)),
        rings=tuple(radius / reach for radius in rings if radius < 0.98 * reach),
        measured_on=f"{_cost(known)} on {'held-out' if len(held_out[0]) else 'training'} {nouns}" if strong else "",
        samples_title=_samples(known) if len(taken[0]["samples"]) else "",
    )
    return Reel(
        still=still,
        steps=steps,
        points=points / reach,
        reconstructions=[snapshot["reconstructions"] for snapshot in taken],
        samples=[snapshot["samples"] for snapshot in taken],
        costs=held_out if len(held_out[0]) else training,
        curve=strong,
        total=total,
        epochs=config.epochs,
    )


def _reach(points: np.ndarray) -> float:
    """Return half the side of the map: the last half of the moments fits in, but for points far from all others."""
    late = np.abs(points[len(points) // 2 :])
    finite = late[np.isfinite(late)]
    if not finite.size:
        return 1.0
    most = float(np.quantile(finite, 0.995))
    return max(1e-6, MARGIN * min(float(finite.max()), STRAGGLERS * most))


def _records(folder: Path, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps and what things cost then, [n] each, as the run has written it down; what is finite of it.

    The cost is the −ELBO, or the reconstruction where the run's family has no bound; there is none without an encoder.
    """
    found, offset = [], 0
    while True:
        new, after = shelf.read_records(folder, offset, kind)
        found += [(record["step"], record["negative_elbo"]) for record in new if record["negative_elbo"] is not None]
        if after <= offset:
            break
        offset = after
    steps, losses = np.array(found, float).reshape(-1, 2).T
    kept = np.isfinite(losses)
    return steps[kept], losses[kept]


def _curves(
    training: tuple[np.ndarray, np.ndarray], held_out: tuple[np.ndarray, np.ndarray], total: int
) -> tuple[Curve, ...]:
    """Place the curves in their frame: the training one thin, and the held-out one, where there is one, above it."""
    drawn = [records for records in (_smooth(*training), held_out) if len(records[0]) > 1]
    if not drawn:
        return ()
    every = np.concatenate([losses for _, losses in drawn])
    # The first few records tower over all others; they leave the frame.
    low, high = float(every.min()), float(np.quantile(every, 0.94))
    curves = []
    for steps, losses in drawn:
        few = np.unique(np.linspace(0, len(steps) - 1, CURVE_POINTS).round().astype(int))
        heights = (losses[few] - low) / max(high - low, 1e-9)
        enters = int(np.argmax(heights <= 1))
        places = np.stack([steps[few] / total, heights.clip(0, 1)], 1)[max(0, enters - 1) :]
        curves.append(Curve(places, strong=steps is drawn[-1][0]))
    return tuple(curves)


def _smooth(steps: np.ndarray, losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average each loss with its neighbours: those of a few batches jump."""
    if len(losses) < SMOOTHED:
        return steps, losses
    side = SMOOTHED // 2
    return steps, np.convolve(np.pad(losses, side, "edge"), np.full(SMOOTHED, 1 / SMOOTHED), "valid")


def _settings(config: TrainConfig) -> str:
    known = family(config.family)
    dims = f"{config.latent_dims} latent dimension{'' if config.latent_dims == 1 else 's'}"
    own = [f"{name.replace('_', ' ')} {value:g}" for name, value in config.chosen.items()]
    weight = [f"beta {config.beta:g}"] if "bound" in known.can else []
    return ", ".join(
        [plain(Path(config.dataset).name), known.title, f"{title_of(config.network)} network", dims, *own, *weight]
    )


def _cost(known: Family) -> str:
    """Name what a run of this family is judged by; Pillow's font has no minus."""
    return "-ELBO" if "bound" in known.can else "Reconstruction"


def _points(known: Family, probe: dict[str, np.ndarray]) -> str:
    """Say what the points of the map are."""
    if "encode" not in known.can:
        return "random draws"
    return f"{'' if 'trained' in probe else 'held-out '}{kind_of(item_of(probe)).nouns}"


def _samples(known: Family) -> str:
    """Say what the codes are that every moment decodes."""
    drawn = "Samples from the prior" if "draw" in known.can else "Random codes near 0, decoded"
    return drawn + (", each class in its turn" if "condition" in known.can else "")


def _classes(folder: Path, config: TrainConfig) -> tuple[str, ...]:
    """Name the classes of the run's data, where that can be found out."""
    try:
        if (folder / "card.json").exists():
            return tuple(read_card(folder).data.classes)
        if config.dataset in DATASETS:
            return tuple(DATASETS[config.dataset].classes)
        if is_own(config.dataset):
            return tuple(card_of(config.dataset).classes)
    except InputError:
        pass
    return ()


def shares(seconds: float, rate: float) -> list[float]:
    """Return where in the run each picture of a film is, in [0, 1]; the end is held for a moment."""
    pictures = max(2, round(seconds * rate))
    moving = max(1, pictures - 1 - round(min(HOLD, 0.25 * seconds) * rate))
    return [min(1.0, i / moving) for i in range(pictures)]


def frames(
    folder: Path, theme: str = "light", seconds: float = 8.0, rate: float = 30.0, width: int = 1280
) -> Iterator[Image.Image]:
    """Draw the film of the run in `folder`, picture by picture: RGB, `width` wide, sides even.

    Raises `InputError` for a run without snapshots and for an unknown theme.
    """
    if theme not in THEMES:
        raise unknown("theme", theme, THEMES)
    reel = read_reel(folder)
    sheet = Sheet(reel.still, THEMES[theme], width)
    last: tuple[float, Image.Image] | None = None
    for share in shares(seconds, rate):
        if last is None or last[0] != share:
            last = share, sheet.picture(reel.at(share))
        yield last[1]


def write(folder: Path, path: Path, kind: str, theme: str = "light", seconds: float = 8.0) -> Path:
    """Write the film of the run in `folder` to `path`, whole or not at all; return `path`.

    kind: "gif" or "mp4" (H.264, plays in every browser); theme: "light" or "dark"; seconds: 1 to 60. Raises
    `InputError` for a run without snapshots, a bad choice, and where nothing can be written.
    """
    if kind not in WRITERS:
        raise unknown("kind of film (a file's ending)", kind, WRITERS)
    if not SHORTEST <= seconds <= LONGEST or not math.isfinite(seconds):
        raise InputError(f"A film takes {SHORTEST:g} to {LONGEST:g} seconds; got {seconds:g}.")
    with replacing(path) as temporary:
        WRITERS[kind](folder, temporary, theme, seconds)
    return path


def _write_gif(folder: Path, path: Path, theme: str, seconds: float) -> None:
    """One palette for all pictures, so that what stands still costs nothing; smaller ones where it grows too large."""
    for width in GIF_WIDTHS:
        palette = _palette(folder, theme, width)
        pictures = (
            picture.quantize(palette=palette, dither=Image.Dither.NONE)
            for picture in frames(folder, theme, seconds, GIF_RATE, width)
        )
        first = next(pictures)
        first.save(
            path, "GIF", save_all=True, append_images=pictures, duration=round(1000 / GIF_RATE), loop=0, optimize=False
        )
        if path.stat().st_size <= MAX_GIF_BYTES:
            return


def _palette(folder: Path, theme: str, width: int) -> Image.Image:
    """Choose 256 colours for a whole film: the theme's own, as they are, and the rest from a few of its pictures."""
    few = list(frames(folder, theme, 1.0, 6.0, width))
    sheet = Image.new("RGB", (few[0].width, few[0].height * len(few)))
    for i, picture in enumerate(few):
        sheet.paste(picture, (0, i * picture.height))
    own = THEMES[theme].colours
    chosen = np.array(sheet.quantize(256 - len(own), Image.Quantize.MEDIANCUT).getpalette(), int).reshape(-1, 3)
    # Pillow looks a colour up by its first six bits, so that one almost the same would be taken in its place.
    nearest = np.abs(chosen[:, None] - np.array(own)).max(2).min(1)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*np.array(own).ravel().tolist(), *chosen[nearest > 8].ravel().tolist()])
    return palette


def _write_mp4(folder: Path, path: Path, theme: str, seconds: float) -> None:
    write_mp4(path, frames(folder, theme, seconds, MP4_RATE, MP4_WIDTH), Fraction(MP4_RATE))


WRITERS = {"gif": _write_gif, "mp4": _write_mp4}
