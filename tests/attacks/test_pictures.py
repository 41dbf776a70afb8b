"""Pictures that are small as files and want much of the reader: tiles, strips, numbers, passes, notes, pieces."""

import io
import json
import lzma
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae.errors import InputError
from vae.own.images.picture import Manner, read_upright

MOST_MEGABYTES = 60
MOST_SECONDS = 3.0

READ_EACH = """
import json, os, sys, time, warnings
from vae.own.images.files import _frame, _pixels_of
from vae.own.images.picture import Manner

warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    begun, (coming, going) = time.monotonic(), os.pipe()
    if not (child := os.fork()):
        with open("/proc/self/clear_refs", "w") as file:  # the peak counts from here
            file.write("5")
        held = lambda key: next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(key))
        with open(name, "rb") as file:
            data = file.read()
        before, said = held("VmRSS"), "read"
        try:
            _pixels_of(data)
            _frame(data, Manner())
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(going, json.dumps([(held("VmHWM") - before) / 1024, said]).encode()[:4000])
        os._exit(0)
    os.close(going)
    with os.fdopen(coming) as answer:
        print(json.dumps([name, *json.load(answer), time.monotonic() - begun]))
    os.waitpid(child, 0)
"""


def saved(kind: str, side: int = 16, mode: str = "L", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (side, side)).save(written, kind, **options)
    return written.getvalue()


def zeros(count: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(count >> 20)) + packer.flush()


def tiff(tags: dict[int, tuple[int, list[int] | bytes]], data: bytes, side: int = 16) -> bytes:
    """Write a TIFF, little-endian: `data` from byte 8, then its directory, then the values of its tags."""
    plain = {256: (4, [side]), 257: (4, [side]), 258: (3, [8]), 262: (3, [1]), 277: (3, [1])}
    start = 8 + len(data) + len(data) % 2
    rows, values = b"", b""
    merged = dict(sorted((plain | tags).items()))
    for tag, (kind, numbers) in merged.items():
        size = {3: 2, 4: 4, 5: 8}[kind]
        raw = numbers if isinstance(numbers, bytes) else np.array(numbers, f"<u{size}").tobytes()
        place = start + 6 + 12 * len(merged) + len(values)
        rows += struct.pack("<HHI", tag, kind, len(raw) // size)
        rows += raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<I", place)
        values += b"" if len(raw) <= 4 else raw
    body = b"II*\0" + struct.pack("<I", start) + data.ljust(start - 8, b"\0")
    return body + struct.pack("<H", len(merged)) + rows + bytes(4) + values


def tiled(width: int, height: int, data: bytes, method: int = 8) -> bytes:
    return tiff({259: (3, [method]), 322: (4, [width]), 323: (4, [height]), 324: (4, [8]), 325: (4, [len(data)])}, data)


def stripped(rows: int, data: bytes, method: int = 8, side: int = 16, more: dict | None = None) -> bytes:
    tags = {259: (3, [method]), 273: (4, [8]), 278: (4, [rows]), 279: (4, [len(data)])}
    return tiff(tags | (more or {}), data, side)


def png(chunks: bytes) -> bytes:
    plain = saved("PNG")
    at = plain.index(b"IDAT") - 4
    return plain[:at] + chunks + plain[at:]


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(segments: bytes) -> bytes:
    plain = saved("JPEG")
    return plain[:2] + segments + plain[20:]  # without JFIF, so that EXIF is asked for the resolution


def segment(name: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, name, len(data) + 2) + data


def gif(blocks: bytes) -> bytes:
    plain = saved("GIF")
    at = plain.index(b"\x2c", 13)
    return plain[:at] + blocks + plain[at:]


def exif_of_fractions(tag: int) -> bytes:
    """EXIF of 18 MB: one tag with 2.2 million fractions."""
    head = b"II*\0" + struct.pack("<IHHHII", 8, 2, tag, 5, 2_200_000, 38) + struct.pack("<HHII", 0x128, 3, 1, 2)
    return head + bytes(4) + struct.pack("<II", 7, 3) * 2_200_000


def many_passes() -> bytes:
    whole = saved("JPEG", 6000, progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * 500 + whole[-2:]


def one_by_one() -> bytes:
    """A JPEG whose colours come one after the other, so that the decoder keeps all of them."""
    return saved("JPEG", 7000, "RGB", progressive=True)


def in_segments(exif: bytes) -> bytes:
    return b"".join(segment(0xE1, b"Exif\0\0" + exif[at : at + 65_000]) for at in range(0, len(exif), 65_000))


def packed_bmp() -> bytes:
    sizes = struct.pack("<IiiHHIIiiII", 40, 13_000_000, 4, 1, 8, 1, 16, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1100, 0, 0, 1078) + sizes + bytes(1024) + b"\0\2\0\xff" * 4


FRACTIONS = struct.pack("<II", 7, 3) * 2_200_000
ATTACKS: dict[str, Callable[[], bytes]] = {
    "tile": lambda: tiled(16384, 16384, zeros(1 << 28)),
    "tile-small-file": lambda: tiled(12992, 12992, b"\x80\0", 5),
    "tile-packbits": lambda: tiled(65536, 8192, b"\x81\0" * 1_000_000, 32773),
    "tile-large-number": lambda: tiled(1 << 31, 1 << 31, zeros(1 << 20)),
    "tile-not-whole": lambda: tiff({259: (3, [8]), 322: (5, FRACTIONS[:8]), 323: (4, [65520])}, zeros(1 << 20)),
    "strip-whole": lambda: stripped(7000, zeros(7000 * 7000), side=7000, more={258: (3, [32]), 339: (3, [3])}),
    "strips-many": lambda: stripped(1, bytes(256), 1, more={273: (4, [8] * 2_000_000)}),
    "numbers": lambda: stripped(16, bytes(256), 1, more={282: (5, FRACTIONS), 283: (5, FRACTIONS[:8])}),
    "bits": lambda: stripped(16, bytes(256), 1, more={258: (3, [8] * 8_000_000)}),
    "packed-lzma": lambda: tiled(16, 16, lzma.compress(bytes(256)), 34925),
    "jpeg-progressive": one_by_one,
    "jpeg-passes": many_passes,
    "jpeg-segments": lambda: jpeg(b"\xff\xe5\0\2" * 3_000_000),
    "jpeg-fill": lambda: jpeg(b"\xff" * 10_000_000),
    "jpeg-exif": lambda: jpeg(in_segments(exif_of_fractions(0x11A))),
    "png-exif": lambda: png(chunk(b"eXIf", exif_of_fractions(0x112))),
    "png-chunks": lambda: png(chunk(b"prVt") * 1_500_000),
    "webp-exif": lambda: saved("WEBP", exif=b"Exif\0\0" + exif_of_fractions(0x112)),
    "gif-comments": lambda: gif(b"\x21\xfe\1a\0" * 2_000_000),
    "gif-blocks": lambda: gif(b"\x21\xf1" + b"\1a" * 9_000_000 + b"\0"),
    "bmp-packed": packed_bmp,
}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak is read from /proc")
def test_a_small_file_takes_little_memory_and_time(tmp_path: Path) -> None:
    for name, make in ATTACKS.items():
        (tmp_path / name).write_bytes(make())
    command = [sys.executable, "-c", READ_EACH, *(str(tmp_path / name) for name in ATTACKS)]
    answered = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    rows = [json.loads(line) for line in answered.stdout.splitlines()]
    assert len(rows) == len(ATTACKS)
    for name, megabytes, said, seconds in rows:
        print(f"{Path(name).name:18} {megabytes:7.1f} MB {seconds:5.2f} s  {said[:70]}")
    costly = [
        (Path(name).name, round(megabytes), said) for name, megabytes, said, _ in rows if megabytes > MOST_MEGABYTES
    ]
    assert not costly
    assert not [(name, seconds) for name, _, _, seconds in rows if seconds > MOST_SECONDS]
    assert all(said.startswith("InputError: ") for _, _, said, _ in rows)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_refusal_is_one_sentence_that_says_what_to_do(name: str) -> None:
    with pytest.raises(InputError, match=r"^[A-Z].*; save it anew, as PNG|Make it smaller") as refused:
        read_upright(ATTACKS[name](), Manner())
    assert str(refused.value).count("; ") <= 1


HONEST: dict[str, Callable[[], bytes]] = {
    "a small picture in a usual tile": lambda: tiled(512, 512, zlib.compress(bytes(512 * 512))),
    "a row a strip": lambda: stripped(
        1, bytes(3000 * 3000), 1, 3000, {273: (4, [8 + 3000 * at for at in range(3000)]), 279: (4, [3000] * 3000)}
    ),
    "a progressive JPEG of 16 megapixels": lambda: saved("JPEG", 4096, "RGB", progressive=True),
    "a GIF with a comment": lambda: gif(b"\x21\xfe\5hello\0"),
    "a JPEG with EXIF and a profile": lambda: saved(
        "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0" + bytes(60_000), icc_profile=bytes(500_000)
    ),
    "a packed TIFF of 16 megapixels": lambda: saved("TIFF", 4096, compression="tiff_adobe_deflate"),
}


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_programs_and_cameras_write_is_still_read(name: str) -> None:
    image, _ = read_upright(HONEST[name](), Manner())
    assert min(image.size) >= 16


@pytest.mark.parametrize("kind", ["ICO", "ICNS", "PPM", "TGA", "PCX", "JPEG2000", "AVIF", "SGI", "DDS", "EPS"])
def test_other_formats_are_not_even_tried(kind: str) -> None:
    with pytest.raises(InputError, match="no picture that can be read"):
        read_upright(saved(kind, 16, "RGB"), Manner())
