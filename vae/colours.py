"""The page's colours, in light and dark, for pictures that are drawn where there is no browser."""

from dataclasses import dataclass

# The same colours as on the page: assets/live/shared/draw/colours.js says how they were found, .streamlit/config.toml
# has the rest.
CLASSES = ["405ae3", "ba801b", "a63d4e", "9490bd", "157c70", "736800", "8f458e", "048fff", "22a864", "ef4994"]
NO_CLASS = (128, 128, 136)
SHIFT, ROUNDS = 0.27, 3
"""Towards grey for each further ten of classes, and after how many tens the shades begin again."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """The colours of a page, light or dark."""

    name: str
    paper: Colour
    wash: Colour
    ink: Colour
    accent: Colour

    @property
    def muted(self) -> Colour:
        return mix(self.ink, self.paper, 0.38)

    @property
    def line(self) -> Colour:
        return mix(self.ink, self.paper, 0.84)

    @property
    def colours(self) -> list[Colour]:
        """Return those that a picture consists of, as far as they are not a model's."""
        own = [self.paper, self.wash, self.ink, self.muted, self.line, self.accent, NO_CLASS]
        classes = [rgb(text) for text in CLASSES]
        edges = [mix(colour, self.wash, share) for colour in [*classes, NO_CLASS] for share in (0.25, 0.5, 0.75)]
        return own + classes + edges  # without their edges round points would be lozenges

    def of_class(self, label: int, classes: int) -> Colour:
        """Return the colour of a class, as `classColour` of assets/live/shared/draw/colours.js does."""
        if label < 0:
            return NO_CLASS
        share = SHIFT * (label // len(CLASSES) % ROUNDS) if classes > len(CLASSES) else 0.0
        return mix(rgb(CLASSES[label % len(CLASSES)]), NO_CLASS, share)


def rgb(text: str) -> Colour:
    """Turn six hexadecimal digits into red, green and blue."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour at `share` in [0, 1] of the way from a to b."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


THEMES = {
    "light": Theme("light", rgb("ffffff"), rgb("f3f3f8"), rgb("1d1f2b"), rgb("5b5bd6")),
    "dark": Theme("dark", rgb("111218"), rgb("1d1e28"), rgb("eceef5"), rgb("8e8ef2")),
}
