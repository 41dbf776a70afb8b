"""One picture of a film: a map of the probe, its reconstructions, samples and the curve, as Pillow draws them.

All places are in units of a sheet of 960 x 540, drawn at twice the size asked for and then reduced, so that edges and
letters are smooth.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vae.colours import NO_CLASS, Colour, Theme, mix
from vae.kinds.kind import Item, Paper
from vae.kinds.kinds import kind_of

WIDTH, HEIGHT = 960, 540
SUPERSAMPLED = 2
SMOOTH = 8
"""Times the size at which a point is drawn once, before it is stamped."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

MAP: Box = (28, 106, 402, 480)
LEFT, RIGHT = 440.0, 932.0
ORIGINALS, RECONSTRUCTIONS, SAMPLES, CURVE = 106.0, 154.6, 231.0, (LEFT, 396.0, RIGHT, 480.0)
MOST_NAMES = 12
"""Classes that a legend has room for."""


@dataclass(frozen=True)
class Curve:
    """A curve in its frame. places: float [n, 2], in [0, 1] from the left and from the bottom."""

    places: np.ndarray
    strong: bool


@dataclass(frozen=True)
class Still:
    """What stays the same in all pictures of a film.

    labels: int [P] or None; item: what one thing is; originals: [R, *shape], as its kind keeps them; curves: what
    things cost by step; marks: places in [0, 1] where a setting was changed; rings: radii of the prior's rings, as
    shares of half the map, where the map is the space and there is a prior; samples_title: of the random codes that are
    decoded, empty where there are none.
    """

    title: str
    subtitle: str
    map_title: str
    classes: tuple[str, ...]
    labels: np.ndarray | None
    item: Item
    originals: np.ndarray
    curves: tuple[Curve, ...]
    marks: tuple[float, ...]
    rings: tuple[float, ...]
    measured_on: str
    samples_title: str


@dataclass(frozen=True)
class Moment:
    """What moves. points: float [P, 2] in [-1, 1] across the map; progress: share of the run, in [0, 1].

    reconstructions: [R, *shape]; samples: [S, *shape], as their kind keeps them.
    """

    points: np.ndarray
    reconstructions: np.ndarray
    samples: np.ndarray
    progress: float
    caption: str
    figure: str
    dot: tuple[float, float] | None
    """Where the curve is, in [0, 1] from the left and from the bottom."""


class Sheet:
    """Draw the moments of one film, each as a picture `width` pixels wide and even sides."""

    def __init__(self, still: Still, theme: Theme, width: int) -> None:
        self.still, self.theme = still, theme
        self.size = (width // 2 * 2, round(width * HEIGHT / WIDTH) // 2 * 2)
        self.scale = SUPERSAMPLED * self.size[0] / WIDTH
        self.ground = Image.new("RGB", (self.size[0] * SUPERSAMPLED, self.size[1] * SUPERSAMPLED), theme.paper)
        self._draw_ground(ImageDraw.Draw(self.ground))
        labels = still.labels
        names = max(len(still.classes), 0 if labels is None else int(labels.max(initial=-1)) + 1)
        self.colours = None if labels is None else [theme.of_class(int(label), names) for label in labels]

    def picture(self, moment: Moment) -> Image.Image:
        """Draw one moment."""
        image = self.ground.copy()
        draw = ImageDraw.Draw(image)
        self._draw_points(image, moment.points)
        self._name_rings(draw)
        self._draw_row(image, moment.reconstructions, RECONSTRUCTIONS)
        self._draw_samples(image, moment.samples)
        self._draw_progress(draw, moment)
        return image.reduce(SUPERSAMPLED)

    def _box(self, box: Box) -> list[float]:
        return [value * self.scale for value in box]

    def text(
        self, draw: ImageDraw.ImageDraw, x: float, y: float, said: str, size: float, fill: Colour, anchor: str = "ls"
    ) -> float:
        """Write a line with its baseline at y; return where it ends."""
        font = _font(size * self.scale)
        draw.text((x * self.scale, y * self.scale), said, fill, font, anchor)
        return x + font.getlength(said) / self.scale

    def _draw_ground(self, draw: ImageDraw.ImageDraw) -> None:
        still, theme = self.still, self.theme
        self.text(draw, 28, 46, still.title, 22, theme.ink)
        self.text(draw, 28, 68, still.subtitle, 13, theme.muted)
        draw.rounded_rectangle(self._box(MAP), 10 * self.scale, theme.wash)
        self._draw_rings(draw)
        self._draw_legend(draw)
        self.text(draw, MAP[0], MAP[1] - 9, still.map_title, 13, theme.muted)
        kind = kind_of(still.item)
        said = f"Held-out {kind.nouns}, and what the model makes of them"
        if not len(still.originals):
            said = f"Without an encoder no {kind.noun} comes back"
        self.text(draw, LEFT, ORIGINALS - 9, said, 13, theme.muted)
        self._draw_row(self.ground, still.originals, ORIGINALS)
        self.text(draw, LEFT, SAMPLES - 9, still.samples_title, 13, theme.muted)
        draw.rounded_rectangle(self._box(CURVE), 8 * self.scale, theme.wash)
        for mark in still.marks:
            left, top, right, bottom = CURVE
            x = left + mark * (right - left)
            draw.line(self._box((x, top, x, bottom)), theme.line, round(1.2 * self.scale))
        for curve in still.curves:
            self._draw_curve(draw, curve, 1.0, faint=True)

    def _draw_rings(self, draw: ImageDraw.ImageDraw) -> None:
        left, top, right, bottom = MAP
        x, y = (left + right) / 2, (top + bottom) / 2
        for ring in self.still.rings:
            radius = ring * (right - left) / 2
            box = self._box((x - radius, y - radius, x + radius, y + radius))
            draw.ellipse(box, outline=self.theme.line, width=round(self.scale))

    def _name_rings(self, draw: ImageDraw.ImageDraw) -> None:
        """Say over the points how many standard deviations of the prior each ring is; Pillow's font has no sigma."""
        left, top, right, bottom = MAP
        x, y = (left + right) / 2, (top + bottom) / 2
        for number, ring in enumerate(self.still.rings, 1):
            at = (x * self.scale, (y - ring * (right - left) / 2) * self.scale)
            halo = round(1.5 * self.scale)
            font = _font(10.5 * self.scale)
            draw.text(
                at, f"{number} s.d.", self.theme.muted, font, "mm", stroke_width=halo, stroke_fill=self.theme.wash
            )

    def _draw_legend(self, draw: ImageDraw.ImageDraw) -> None:
        """Name the classes below the map, in two rows at most, as many as find room."""
        names = [plain(name, i) for i, name in enumerate(self.still.classes)]
        if self.still.labels is None or not 0 < len(names) <= MOST_NAMES:
            return
        x, y, size = MAP[0] + 2, MAP[3] + 21, 12.5
        for i, name in enumerate(names):
            width = 13 + _font(size * self.scale).getlength(name) / self.scale
            if x + width > MAP[2] + 8:
                x, y = MAP[0] + 2, y + 19
            if y > HEIGHT - 12:
                break
            draw.ellipse(self._box((x, y - 8.2, x + 8, y - 0.2)), self.theme.of_class(i, len(names)))
            x = self.text(draw, x + 12, y, name, size, self.theme.ink) + 13

    def _draw_points(self, image: Image.Image, points: np.ndarray) -> None:
        left, top, right, bottom = MAP
        half, disc = (right - left) / 2, _disc((2.6 if len(points) > 300 else 3.4) * self.scale)
        places = np.array([(left + right) / 2, (top + bottom) / 2]) + points * np.array([half, -half])
        inside = (np.abs(points) < 0.985).all(1)
        corners = np.where(inside[:, None], places * self.scale - disc.width / 2, 0).round().astype(int).tolist()
        for i in np.flatnonzero(inside).tolist():
            image.paste(NO_CLASS if self.colours is None else self.colours[i], tuple(corners[i]), disc)

    def _draw_row(self, image: Image.Image, things: np.ndarray, y: float) -> None:
        gap, most = 4.0, 10
        side = (RIGHT - LEFT - (most - 1) * gap) / most
        for i, pixels in enumerate(self._pictures(things[:most], side)):
            self._paste(image, pixels, LEFT + i * (side + gap), y, side)

    def _draw_samples(self, image: Image.Image, things: np.ndarray) -> None:
        gap, columns = 4.0, 8
        side = (RIGHT - LEFT - (columns - 1) * gap) / columns
        for i, pixels in enumerate(self._pictures(things[: 2 * columns], side)):
            row, column = divmod(i, columns)
            self._paste(image, pixels, LEFT + column * (side + gap), SAMPLES + row * (side + gap), side)

    def _pictures(self, things: np.ndarray, side: float) -> np.ndarray:
        """Draw things [n, *shape] for squares of this side, uint8 [n, H, W, C]."""
        item = self.still.item
        return kind_of(item).draw(things, item, Paper(round(side * self.scale), self.scale, self.theme))

    def _paste(self, image: Image.Image, pixels: np.ndarray, x: float, y: float, side: float) -> None:
        """Put a picture, uint8 [H, W, C], into a square, as large as fits."""
        height, width = pixels.shape[:2]
        factor = side * self.scale / max(height, width)
        size = max(1, round(width * factor)), max(1, round(height * factor))
        made = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        # Few pixels are shown as they are; more than there is room for are averaged.
        resized = made.resize(size, Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.BOX)
        left, top = x * self.scale + (side * self.scale - size[0]) / 2, y * self.scale
        image.paste(resized, (round(left), round(top + (side * self.scale - size[1]) / 2)))

    def _draw_progress(self, draw: ImageDraw.ImageDraw, moment: Moment) -> None:
        """Draw the curve up to here, and say where that is."""
        left, top, right, bottom = CURVE
        for curve in self.still.curves:
            self._draw_curve(draw, curve, moment.progress)
        x = left + moment.progress * (right - left)
        draw.line(
            self._box((x, top, x, bottom)), mix(self.theme.accent, self.theme.wash, 0.35), round(1.4 * self.scale)
        )
        if moment.dot:
            x, y = self._on_curve(moment.dot)
            draw.ellipse(self._box((x - 4.5, y - 4.5, x + 4.5, y + 4.5)), self.theme.wash)
            draw.ellipse(self._box((x - 3.4, y - 3.4, x + 3.4, y + 3.4)), self.theme.accent)
        self.text(draw, left, top - 11, self.still.measured_on, 13, self.theme.muted)
        self.text(draw, right, top - 10, moment.figure, 20, self.theme.ink, "rs")
        self.text(draw, left, bottom + 21, moment.caption, 13, self.theme.ink)

    def _draw_curve(self, draw: ImageDraw.ImageDraw, curve: Curve, progress: float, faint: bool = False) -> None:
        places = [place for place in curve.places.tolist() if place[0] <= progress]
        if not places:
            return
        if len(places) < len(curve.places):
            places.append([progress, float(np.interp(progress, *curve.places.T))])
        if len(places) < 2:
            return
        strong = self.theme.accent if curve.strong else mix(self.theme.ink, self.theme.wash, 0.55)
        colour = mix(strong, self.theme.wash, 0.72) if faint else strong
        line = [value * self.scale for place in places for value in self._on_curve(place)]
        draw.line(line, colour, round((2.2 if curve.strong else 1.2) * self.scale), "curve")

    def _on_curve(self, place: Sequence[float]) -> tuple[float, float]:
        left, top, right, bottom = CURVE
        return left + place[0] * (right - left), bottom - 7 - place[1] * (bottom - top - 14)


@cache
def _disc(radius: float) -> Image.Image:
    """Return a round mask with smooth edges: Pillow's own ellipses of a few pixels are lozenges."""
    side = 2 * int(np.ceil(radius))
    large = Image.new("L", (side * SMOOTH, side * SMOOTH))
    middle, reach = side * SMOOTH / 2, radius * SMOOTH
    ImageDraw.Draw(large).ellipse((middle - reach, middle - reach, middle + reach - 1, middle + reach - 1), 255)
    return large.reduce(SMOOTH)


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels all bring FreeType
    return font


def plain(text: str, number: int | None = None) -> str:
    """Write a name with the letters that Pillow's font has: accents go, and a name of other letters is its `number`."""
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if kept.isascii() and kept.strip():
        return kept.strip()[:40]
    return "?" if number is None else str(number)
