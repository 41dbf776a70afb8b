"""Which file or folder of pictures is opened how.

    zip, folder     folders are classes; train/ and test/ above them are the two parts; metadata.csv or metadata.jsonl
                    (file_name, label) beside the pictures goes before the folders' names
    .npz            images and labels, or x_train, y_train, x_test, y_test
    .npy            images without labels
    idx             MNIST's own files, plain or gzipped: one with its labels beside it, a folder or a zip file of them
    .csv            a row of pixels each, with or without a heading or a label

Numbers of pictures are 0 to 1, 0 to 255 or -1 to 1, or scaled; a sentence in the card says how where it is not plain.
"""

import zipfile
from pathlib import Path

from vae.errors import InputError
from vae.own.archives import open_zip
from vae.own.images.arrays import IdxFiles, PixelArrays, PlainArray, is_idx
from vae.own.images.files import ImageFolder, ImageZip
from vae.own.images.gathered import Gathered
from vae.own.images.picture import Manner
from vae.own.images.tables import PixelTable
from vae.own.making import NAMES, TABLES, Making, column_of


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


def _only_arrays(path: Path) -> bool:
    with open_zip(path) as archive:
        names = archive.namelist()
    return bool(names) and all(name.endswith(".npy") for name in names)
