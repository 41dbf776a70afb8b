"""How a person's own data become a data set: the settings, which file is opened how, a picture as it is made."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from vae.datasets import dataset
from vae.datasets.dataset import MIN_IMAGES
from vae.datasets.splits import split_stratified
from vae.errors import InputError, unknown
from vae.kinds.kinds import KINDS
from vae.own.collection import Collected, Frame, Gathered
from vae.own.image_files import NAMES, ImageFolder, ImageZip, open_zip
from vae.own.picture import Manner, fit_whole
from vae.own.pixel_arrays import IdxFiles, PixelArrays, PlainArray, is_idx
from vae.own.pixel_rows import VALUES
from vae.own.pixel_tables import LABEL_COLUMNS, PixelTable

SIDES = (8, 256)
FEWEST = 2 * MIN_IMAGES
FITS = ("crop", "pad")
TABLES = (".csv", ".tsv", ".txt")

SCALES = ("none", "all", "each")
"""none: as they are; all: less the mean of all that are learnt from, over their standard deviation, for each channel;
each: the same for each series by itself."""


@dataclass(frozen=True)
class Making:
    """Say how pictures, or series, become a data set."""

    height: int | None = None
    """Pixels from top to bottom; left out: what suits the pictures."""
    width: int | None = None
    """Pixels from left to right; left out: as the height."""
    colour: bool | None = None
    """Red, green and blue, or grey; left out: colour where the pictures have any."""
    fit: str = "crop"
    """crop: cut about the middle, so that no bars are learnt; pad: the whole picture, with bars of its border's
    colour."""
    held_out: float = 0.1
    """Share of the pictures that is not learnt from; of no effect where the data has a part for testing."""
    seed: int = 0
    """Of the split: the same seed holds out the same pictures."""
    values: str = ""
    """How the numbers of an array or a table become grey, of VALUES; left out: what suits them."""
    label: str = ""
    """Where the labels are. Which column of a table has them: first, last or none; left out: what its heading says, or
    its shape. Of pictures that are files: file (the beginning of its name), parent (its folder), grandparent (the one
    above) or none; left out: the topmost folder, or a table beside the pictures."""
    invert: bool = False
    """Exchange light and dark, as for dark strokes on white paper that are to lie on black, as MNIST's do."""
    kind: str = ""
    """What the data are, of KINDS; left out: series where the file says so, or else images."""
    scale: str = ""
    """How the values of series are changed, of SCALES; left out: what suits them."""

    def __post_init__(self) -> None:
        for name, side in (("height", self.height), ("width", self.width)):
            if side is not None and not SIDES[0] <= side <= SIDES[1]:
                raise InputError(f"The {name} must be from {SIDES[0]} to {SIDES[1]} pixels; got {side}.")
        if self.fit not in FITS:
            raise InputError(f"fit is one of: {', '.join(FITS)}; got {self.fit!r}.")
        if not 0.01 <= self.held_out <= 0.5:
            raise InputError(f"The share held out must be from 0.01 to 0.5; got {self.held_out:g}.")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"The seed must be from 0 to 2147483647; got {self.seed}.")

        if self.kind and self.kind not in KINDS:
            raise unknown("kind of data", self.kind[:40], KINDS)
        choices = (
            ("values", self.values, VALUES),
            ("label", self.label, dict.fromkeys((*LABEL_COLUMNS, *NAMES))),
            ("scale", self.scale, SCALES),
        )
        for name, said, known in choices:
            if said and said not in known:
                raise InputError(f"{name} is one of: {', '.join(known)}; got {said[:20]!r}.")

    @property
    def asked(self) -> tuple[int, int] | None:
        """Return [H, W] where it was said, or None."""
        height, width = self.height or self.width, self.width or self.height
        return (height, width) if height and width else None


def open_own(path: Path, making: Making, manner: Manner | None = None) -> Gathered:
    """Open a person's own data, whatever kind it is; a `with` block closes it. `InputError` where it is none."""
    try:
        return _open(path, making, manner or Manner())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); choose another, or mend it.") from None


def _open(path: Path, making: Making, manner: Manner) -> Gathered:
    if path.is_dir():
        return IdxFiles(path, making.asked, making.values) if is_idx(path) else ImageFolder(path, manner, _name(making))
    if not path.is_file():
        raise InputError(f"There is no {path}; give a folder, a zip file of pictures, a .npz or a .csv.")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty (0 bytes); choose a zip file of pictures, a .npz or a .csv.")
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if suffix == "npz":
        return PixelArrays(path, making.asked, making.values)
    if suffix == "npy":
        return PlainArray(path, making.asked, making.values)
    if suffix == "zip" or zipfile.is_zipfile(path):
        if _only_arrays(path):
            return PixelArrays(path, making.asked, making.values)
        return IdxFiles(path, making.asked, making.values) if is_idx(path) else ImageZip(path, manner, _name(making))
    if path.suffix.lower() in TABLES:
        return PixelTable(path, making.asked, making.values, column_of(making))
    if is_idx(path):
        return IdxFiles(path, making.asked, making.values)
    raise InputError(
        f"{path.name[:80]} is of no kind that is read; choose a zip file of pictures, a .npz (images, labels), a .npy, "
        "a file of MNIST's kind (idx) or a .csv of pixels."
    )


def _name(making: Making) -> str:
    """Return where the labels of pictures that are files were said to be; a column is none of it."""
    if making.label in ("first", "last"):
        raise InputError(
            f"These are files, and no table with a {making.label} column; label is {', '.join(NAMES)} or none."
        )
    return making.label


def column_of(making: Making) -> str:
    """Return which column of a table was said to have the labels; the name of a file is none."""
    if making.label in NAMES:
        raise InputError(f"This is a table, and its rows are no files; label is one of: {', '.join(LABEL_COLUMNS)}.")
    return making.label


def _only_arrays(path: Path) -> bool:
    with open_zip(path) as archive:
        names = archive.namelist()
    return bool(names) and all(name.endswith(".npy") for name in names)


def as_made(frame: Frame, making: Making) -> np.ndarray:
    """Bring a picture to the size, colours and frame of the set, uint8 [H, W, C]."""
    assert making.asked is not None
    height, width = making.asked
    image = frame.image.convert("RGB" if making.colour else "L")
    if image.size != (width, height):
        if making.fit == "pad":
            image = ImageOps.pad(image, (width, height), Image.Resampling.LANCZOS, color=_border_of(image))
        else:
            image = Image.fromarray(fit_whole(image, (width, height), False, []))
    pixels = np.asarray(image).reshape(height, width, -1)
    return 255 - pixels if making.invert else pixels


def _border_of(image: Image.Image) -> int | tuple[int, ...]:
    """Return the colour that the outermost pixels have in the middle."""
    pixels = np.asarray(image)
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    middle = np.median(edges, axis=0).astype(int)
    return tuple(middle.tolist()) if middle.ndim else int(middle)


def too_few(own: Collected, got: int) -> InputError:
    """Say that there are too few of them, and what was left out."""
    left_out = f" Left out: {own.left_out.told()}." if own.left_out.count else ""
    return InputError(f"A data set needs at least {FEWEST} {own.nouns}; {got} of these can be read.{left_out}")


def split(own: Collected, kept: list[int], making: Making) -> tuple[dict[str, np.ndarray], str]:
    """Share out the things `kept`: places in `kept` for "train" and "test", shuffled, and how in a sentence."""
    given = [own.parts[number] for number in kept]
    if min(given.count("train"), given.count("test")) >= dataset.MIN_IMAGES:
        generator = np.random.default_rng(making.seed)
        places = {part: np.flatnonzero([one == part for one in given]) for part in ("train", "test")}
        return {part: generator.permutation(place) for part, place in places.items()}, "as the data came"
    tests = min(len(kept) - dataset.MIN_IMAGES, max(dataset.MIN_IMAGES, round(making.held_out * len(kept))))
    _, labels = np.unique([own.labels[number] or "" for number in kept], return_inverse=True)
    train, test = split_stratified(labels, tests, making.seed)
    return {
        "train": train,
        "test": test,
    }, f"{tests:,} for testing, every class in proportion, drawn with seed {making.seed}"
