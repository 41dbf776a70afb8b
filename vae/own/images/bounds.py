"""What a picture's file says about itself, looked at before it is decoded: small files that want much are refused.

A decoder takes memory for tiles, passes, comments and numbers as a file names them, not only for the pixels of the
picture. Walked by hand, since opening a file with Pillow already reads some of them; damage is left for the reader to
tell.
"""

import struct
from collections.abc import Callable

from vae.errors import InputError

MOST_PIECES = 20_000
"""Segments, chunks and blocks of a file: one of 20 MB in the usual pieces of 8 KB has 2,500."""
MOST_SUB_BLOCKS = 200_000
"""Of a GIF, each at most 255 bytes."""
MOST_SCANS = 100
"""Of a JPEG: each is a pass over all its pixels. A progressive one has ten."""
MOST_NOTE_BYTES = 1 << 20
"""EXIF, comments and the like; a camera writes up to 64 KB."""
MOST_TILE_PIXELS = 16 << 20
"""Of a tile of a TIFF: one is decoded whole, however small the picture is. Usual are 256 x 256."""
MOST_NUMBERS = 200_000
"""In a TIFF's directories: where each strip begins and how long it is, for 50 megapixels of one row a strip."""
MOST_DIRECTORIES = 8
MAX_BUFFERED_PIXELS = 24 << 20
"""Of pictures that are decoded as a whole before their first row: progressive JPEG, TIFF of one strip, packed BMP."""

COMPRESSIONS = {
    1: "none",
    2: "CCITT",
    3: "CCITT group 3",
    4: "CCITT group 4",
    5: "LZW",
    7: "JPEG",
    8: "Deflate",
    32773: "PackBits",
    32946: "Deflate",
    50000: "Zstandard",
}
"""Of a TIFF, by its number: those that are read."""

WIDTH, LENGTH, COMPRESSION, ROWS_PER_STRIP, TILE_WIDTH, TILE_LENGTH = 256, 257, 259, 278, 322, 323
NUMBERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
"""Types of a TIFF's whole numbers -> how they are unpacked."""
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
BYTES, FRACTIONS = (1, 2, 7), (5, 10)
FRACTION = 8
"""A fraction takes as much memory as so many whole numbers."""
INNER = (34665, 34853, 40965)
"""Tags that lead to directories which are read too: EXIF, GPS, interoperability."""


def check_bounds(data: bytes) -> None:
    """Raise `InputError` where decoding the picture would take much more than its size and its pixels say."""
    for start, look in LOOKS.items():
        if data.startswith(start):
            try:
                look(data)
            except (struct.error, IndexError):  # it ends early, as its reader will say
                return


def _refuse(what: str) -> InputError:
    return InputError(f"The picture {what}, so it is not opened; save it anew, as PNG or JPEG.")


def _png(data: bytes) -> None:
    at, pieces = 8, 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        pieces += 1
        if pieces > MOST_PIECES:
            raise _refuse(f"is in more than {MOST_PIECES:,} pieces")
        if data[at + 4 : at + 8] == b"eXIf":
            _exif(data[at + 8 : at + 8 + length])
        at += 12 + length


def _jpeg(data: bytes) -> None:
    """Walk the segments before the first scan, where Pillow keeps each; scans are counted in what follows."""
    at, pieces, notes, sides, components, passes = 2, 0, b"", (0, 0), 0, False
    while at < len(data):
        pieces += 1
        if pieces > MOST_PIECES:
            raise _refuse(f"is in more than {MOST_PIECES:,} pieces")
        if data[at] != 0xFF or data[at + 1] in (0x00, 0xFF):  # fill bytes, and what Pillow skips
            at += 1
            continue
        marker = data[at + 1]
        if 0xD0 <= marker <= 0xD9 or marker == 0x01:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            notes += body[6:] if notes else body
            if len(notes) > MOST_NOTE_BYTES:
                raise _too_many_notes()
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            sides, components = struct.unpack_from(">HH", body, 1), body[5]
            passes = marker in (0xC2, 0xC6, 0xCA, 0xCE)
        elif marker == 0xDA:
            passes = passes or body[0] < components  # colour by colour, all of one are kept until the last has come
            break
        at += 2 + length
    _exif(notes.removeprefix(b"Exif\0\0"))
    if data.count(b"\xff\xda", at) > MOST_SCANS:
        raise _refuse(f"is stored in more than {MOST_SCANS} passes")
    if passes:
        _check_buffered(sides[1], sides[0], "a progressive JPEG")


def _gif(data: bytes) -> None:
    """Walk to the second picture, as asking whether it is animated does."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    pieces = blocks = notes = pictures = 0
    while pictures < 2 and data[at] != 0x3B:
        pieces += 1
        if data[at] == 0x2C:
            pictures += 1
            flags = data[at + 9]
            at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            note = False
        elif data[at] == 0x21:
            at, note = at + 2, True
        else:  # Pillow looks for the next block byte by byte
            at, blocks = at + 1, blocks + 1
            continue
        while size := data[at]:
            at, blocks, notes = at + 1 + size, blocks + 1, notes + (size if note else 0)
            if blocks > MOST_SUB_BLOCKS:
                break
        at += 1
        if pieces > MOST_PIECES or blocks > MOST_SUB_BLOCKS:
            raise _refuse("is in too many pieces")
        if notes > MOST_NOTE_BYTES:
            raise _too_many_notes()


def _webp(data: bytes) -> None:
    at = 12
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] == b"EXIF":
            _exif(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        at += 8 + length + length % 2


def _bmp(data: bytes) -> None:
    (header,) = struct.unpack_from("<I", data, 14)
    if header < 40:
        return
    width, height = struct.unpack_from("<ii", data, 18)
    (compression,) = struct.unpack_from("<I", data, 30)
    if compression in (1, 2):  # unpacked in memory of its own
        _check_buffered(width, abs(height), "a packed BMP")


def _tiff(data: bytes) -> None:
    found = _directories(data)
    compression = max(found.get(COMPRESSION, [1]))
    if compression not in COMPRESSIONS:
        known = ", ".join(sorted(set(COMPRESSIONS.values())))
        raise InputError(
            f"The TIFF picture is packed by a method that is not read (number {compression}, and read are {known}); "
            "save it anew, as PNG."
        )
    width, height = max(found.get(WIDTH, [0])), max(found.get(LENGTH, [0]))
    tile = max(found.get(TILE_WIDTH, [0])) * max(found.get(TILE_LENGTH, [0]))
    if tile > MOST_TILE_PIXELS:
        raise _refuse(
            f"is {width:,} x {height:,} pixels in tiles of {tile / 2**20:,.0f} megapixels, more than "
            f"{MOST_TILE_PIXELS >> 20}"
        )
    rows = min(height, max(found.get(ROWS_PER_STRIP, [height])))
    if compression != 1 and not tile:
        _check_buffered(width, rows, "a TIFF in one strip")
    if compression == 7:
        _check_buffered(width, height, "a JPEG in a TIFF")


def _exif(data: bytes) -> None:
    if len(data) > MOST_NOTE_BYTES:
        raise _too_many_notes()


def _directories(data: bytes) -> dict[int, list[int]]:
    """Return the whole numbers of the first directory by their tags, and count all that is read with it."""
    if data[:4] not in TIFFS:
        raise _refuse("begins like no TIFF")
    order, large = TIFFS[data[:4]]
    (start,) = struct.unpack_from(f"{order}Q" if large else f"{order}I", data, 8 if large else 4)
    found: dict[int, list[int]] = {}
    waiting, seen, numbers = [start], 0, 0
    while waiting:
        seen += 1
        if seen > MOST_DIRECTORIES:
            raise _refuse("holds too many directories")
        first, values = not found, dict[int, list[int]]()
        for tag, kind, count, place in _entries(data, waiting.pop(0), order, large):
            if kind not in BYTES:
                numbers += count * (FRACTION if kind in FRACTIONS else 1)
            if numbers > MOST_NUMBERS:
                raise _refuse(f"holds more than {MOST_NUMBERS:,} numbers about itself")
            if tag in INNER or tag in LAYOUT:
                if kind not in NUMBERS and kind not in (13, 18):
                    raise _refuse("says its sizes in numbers that are not whole")
                letter = NUMBERS.get(kind, "I" if kind == 13 else "Q")
                read = [struct.unpack_from(order + letter, data, place)[0]] if count else []
                if tag in INNER:
                    waiting += read
                else:
                    values.setdefault(tag, []).extend(read)
        found = values if first else found
    return found


def _entries(data: bytes, at: int, order: str, large: bool) -> list[tuple[int, int, int, int]]:
    """Return each entry of a directory: its tag, its type, how many values, and where they are."""
    (count,) = struct.unpack_from(order + ("Q" if large else "H"), data, at)
    if count > MOST_PIECES:
        raise _refuse(f"is in more than {MOST_PIECES:,} pieces")
    at += 8 if large else 2
    inline, size = (8, 20) if large else (4, 12)
    entries = []
    for entry in range(count):
        tag, kind, n = struct.unpack_from(order + ("HHQ" if large else "HHI"), data, at + entry * size)
        place = at + (entry + 1) * size - inline
        if n * SIZES.get(kind, 0) > inline:
            (place,) = struct.unpack_from(order + ("Q" if large else "I"), data, place)
        entries.append((tag, kind, n, place))
    return entries


def _check_buffered(width: int, height: int, kind: str) -> None:
    if width * height > MAX_BUFFERED_PIXELS:
        raise InputError(
            f"As {kind}, a picture has at most {MAX_BUFFERED_PIXELS >> 20} megapixels; got {width:,} x {height:,} "
            "pixels. Make it smaller, or save it anew as PNG or plain JPEG."
        )


def _too_many_notes() -> InputError:
    return _refuse(f"carries more than {MOST_NOTE_BYTES >> 20} MB of notes (EXIF or comments)")


LAYOUT = (WIDTH, LENGTH, COMPRESSION, ROWS_PER_STRIP, TILE_WIDTH, TILE_LENGTH)

TIFFS = {b"II*\0": ("<", False), b"MM\0*": (">", False), b"II+\0": ("<", True), b"MM\0+": (">", True)}
"""How a TIFF begins -> its byte order, and whether its places are of 64 bits."""

LOOKS: dict[bytes, Callable[[bytes], None]] = {
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8\xff": _jpeg,
    b"GIF8": _gif,
    b"RIFF": _webp,
    b"BM": _bmp,
    b"II": _tiff,
    b"MM": _tiff,
}
