"""Pictures from outside: every kind that a camera, a scanner or a browser makes, and every kind of damage."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from vae.data import load
from vae.errors import InputError
from vae.kinds.kinds import image
from vae.library.cards import PAIR, Axis, Card, DataInfo, Latent
from vae.own.images.picture import MAX_BYTES, MAX_PIXELS, Manner, manner_of, read_picture
from vae.own.images.strokes import fit_digit, lift_strokes

GREY, COLOUR = (1, 28, 28), (3, 32, 32)
DIGIT, ON_BLACK, PHOTO = Manner("digit", dark=True), Manner("whole", dark=True), Manner()


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Every tenth of 4,000 real MNIST images, uint8 [400, 28, 28]."""
    return load("mnist-5k").train.images[::10, :, :, 0]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def file(image: Image.Image | np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    written = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(written, kind, **options)
    return written.getvalue()


def ramp(height: int = 28, width: int = 28) -> np.ndarray:
    """A picture that no turn leaves as it is: darker above and to the left."""
    return np.add.outer(np.arange(height) * 6, np.arange(width) * 3).astype(np.uint8)


def four(a: object, b: object, c: object, d: object, mode: str = "RGB") -> Image.Image:
    """64 x 64 pixels, each quarter of one colour: left above, right above, left below, right below."""
    image = Image.new(mode, (2, 2))
    for place, colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), (a, b, c, d), strict=True):
        image.putpixel(place, colour)
    return image.resize((64, 64), Image.Resampling.NEAREST)


def quarters(pixels: np.ndarray) -> list[list[int]]:
    """The colours in the middle of the four quarters."""
    height, width = pixels.shape[:2]
    return [pixels[y, x].tolist() for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]


# --- kinds of picture


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP"])
def test_a_picture_of_the_models_size_comes_through_as_it_is(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = read_picture(file(ramp(), kind, **options), GREY)
    np.testing.assert_array_equal(picture.pixels[..., 0], ramp())
    assert picture.pixels.dtype == np.uint8
    assert picture.note == ""


def test_a_jpeg_is_read_nearly_as_it_is():
    picture = read_picture(file(ramp(), "JPEG", quality=95), GREY)
    assert np.abs(picture.pixels[..., 0].astype(int) - ramp()).max() < 12


@pytest.mark.parametrize("shape", [GREY, COLOUR, (1, 8, 8), (3, 20, 30), (1, 1, 1)])
@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3), (28, 28), (2000, 1500)])
@pytest.mark.parametrize("manner", [DIGIT, ON_BLACK, PHOTO])
def test_whatever_its_size_the_pixels_have_the_models_shape(shape, size, manner):
    picture = read_picture(file(Image.effect_noise(size, 60)), shape, manner)
    channels, height, width = shape
    assert picture.pixels.shape == (height, width, channels)
    assert picture.pixels.flags.c_contiguous


CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
KINDS: dict[str, Callable[[], bytes]] = {
    "palette": lambda: file(four(*CORNERS).quantize(4)),
    "palette gif": lambda: file(four(*CORNERS), "GIF"),
    "cmyk jpeg": lambda: file(four(*CORNERS).convert("CMYK"), "JPEG", quality=100, subsampling=0),
    "cmyk tiff": lambda: file(four(*CORNERS).convert("CMYK"), "TIFF"),
    "ycbcr tiff": lambda: file(four(*CORNERS).convert("YCbCr"), "TIFF"),
    "opaque rgba": lambda: file(four(*CORNERS).convert("RGBA")),
    "webp": lambda: file(four(*CORNERS), "WEBP", lossless=True),
    "progressive jpeg": lambda: file(four(*CORNERS), "JPEG", quality=100, subsampling=0, progressive=True),
    "lzw tiff": lambda: file(four(*CORNERS), "TIFF", compression="tiff_lzw"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_those_of_the_file(kind):
    picture = read_picture(KINDS[kind](), COLOUR)
    np.testing.assert_allclose(quarters(picture.pixels), CORNERS, atol=4)
    assert picture.note == ""


def test_colour_turns_grey_by_its_brightness():
    red, green, blue, white = (row[0] for row in quarters(read_picture(file(four(*CORNERS)), GREY).pixels))
    # ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
    assert (red, green, blue, white) == pytest.approx((76, 150, 29, 255), abs=1)


LEVELS = np.array([0.0, 0.25, 0.5, 1.0])


def deep(kind: str) -> bytes:
    """Four quarters with LEVELS of white, in one of the kinds with more than 8 bits."""
    levels = np.kron(LEVELS.reshape(2, 2), np.ones((32, 32)))
    if kind in ("PNG 16", "TIFF 16"):
        return file((levels * 65535 + 0.5).astype(np.uint16), kind.split()[0])
    if kind == "TIFF 16 big-endian":
        whole = Image.frombytes("I;16B", (64, 64), (levels * 65535 + 0.5).astype(">u2").tobytes())
        return file(whole, "TIFF")
    if kind == "TIFF 32":
        return file((levels * 100_000 + 0.5).astype(np.int32), "TIFF")
    if kind == "TIFF signed":
        return file((levels * 2000 - 1000).astype(np.int32), "TIFF")
    if kind == "float":
        return file(levels.astype(np.float32), "TIFF")
    assert kind == "HDR"
    return file((levels * 1400 - 200).astype(np.float32), "TIFF")


@pytest.mark.parametrize("kind", ["PNG 16", "TIFF 16", "TIFF 16 big-endian", "TIFF 32", "TIFF signed", "float", "HDR"])
def test_more_than_8_bits_are_scaled_and_not_cut(kind):
    picture = read_picture(deep(kind), GREY)
    found = [row[0] for row in quarters(picture.pixels)]
    assert found == pytest.approx(LEVELS * 255, abs=1)
    assert ("stretched" in picture.note) == (kind in ("TIFF 32", "TIFF signed", "HDR"))


def test_one_bit_is_black_and_white():
    image = four(0, 255, 255, 0, mode="L").convert("1")
    assert quarters(read_picture(file(image), GREY).pixels) == [[0], [255], [255], [0]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF", "PNG"])
def test_of_an_animation_the_first_picture_is_taken_and_it_is_said(kind):
    first, *rest = (Image.new("RGB", (32, 32), colour) for colour in ("#c80000", "#00c800", "#0000c8"))
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = read_picture(file(first, kind, save_all=True, append_images=rest, **options), COLOUR)
    np.testing.assert_array_equal(picture.pixels[16, 16], [200, 0, 0])
    assert "this is the first" in picture.note


def test_a_telephones_jpeg_with_a_second_picture_in_it_is_a_picture():
    first, second = Image.new("RGB", (3200, 3200), "#c80000"), Image.new("RGB", (64, 64), "blue")
    picture = read_picture(file(first, "MPO", save_all=True, append_images=[second]), COLOUR)
    np.testing.assert_allclose(picture.pixels[16, 16], [200, 0, 0], atol=3)
    assert picture.note == ""


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exifs_orientation_is_followed(kind, orientation):
    shown = Image.fromarray(ramp(64, 64))
    # What the camera wrote: the opposite of what EXIF 2.32 says brings it upright.
    stored = {
        1: lambda i: i,
        2: lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda i: i.rotate(180),
        4: lambda i: i.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda i: i.transpose(Image.Transpose.TRANSPOSE),
        6: lambda i: i.rotate(90),
        7: lambda i: i.transpose(Image.Transpose.TRANSVERSE),
        8: lambda i: i.rotate(-90),
    }[orientation](shown)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    picture = read_picture(file(stored, kind, exif=exif, **options), (1, 64, 64))
    assert np.abs(picture.pixels[..., 0].astype(int) - ramp(64, 64)).max() < 12


@pytest.mark.filterwarnings("ignore")  # Pillow warns of it
def test_damaged_exif_does_no_harm():
    data = file(ramp(), "JPEG", quality=95)
    broken = b"\xff\xe1" + struct.pack(">H", 40) + b"Exif\0\0MM\0*" + b"\xff" * 28
    picture = read_picture(data[:2] + broken + data[2:], GREY)
    assert np.abs(picture.pixels[..., 0].astype(int) - ramp()).max() < 12


# --- transparency and ground


def stroke(ink: int, ground: int, mode: str = "L", alpha: int = 255) -> Image.Image:
    """A bar, upright, on a ground of this transparency."""
    array = np.full((56, 56), ground, np.uint8)
    opaque = np.full((56, 56), alpha, np.uint8)
    array[10:46, 24:32], opaque[10:46, 24:32] = ink, 255
    image = Image.merge("LA", [Image.fromarray(array), Image.fromarray(opaque)])
    return image.convert(mode)


BAR = (28, 28)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize("manner", [DIGIT, ON_BLACK])
def test_strokes_on_a_transparent_ground_are_light_on_black(mode, ink, hidden, manner):
    image = stroke(ink, hidden, mode, alpha=0)
    picture = read_picture(file(image), GREY, manner)
    assert picture.pixels[14, 14, 0] > 200
    assert picture.pixels[0, 0, 0] == 0
    assert "transparent parts" in picture.note


def test_what_is_transparent_for_a_photo_is_white():
    image = Image.new("RGBA", (32, 32), (10, 20, 30, 0))
    picture = read_picture(file(image), COLOUR)
    assert picture.pixels.min() == 255
    assert "laid on white" in picture.note


def test_a_transparent_colour_of_a_palette_counts():
    image = stroke(255, 100).convert("P")
    picture = read_picture(file(image, "PNG", transparency=image.getpixel((0, 0))), GREY, ON_BLACK)
    assert picture.pixels[0, 0, 0] == 0
    assert picture.pixels[14, 14, 0] > 200


@pytest.mark.parametrize(("ink", "ground", "inverted"), [(20, 230, True), (230, 20, False), (20, 110, True)])
def test_dark_on_light_is_inverted_and_said(ink, ground, inverted):
    picture = read_picture(file(stroke(ink, ground)), GREY, ON_BLACK)
    assert picture.pixels[14, 14, 0] > picture.pixels[0, 0, 0]
    assert ("exchanged" in picture.note) == inverted


@pytest.mark.parametrize("invert", [False, True])
def test_whoever_asks_has_the_last_word_on_inversion(invert):
    picture = read_picture(file(stroke(20, 230)), GREY, ON_BLACK, invert)
    assert picture.pixels[0, 0, 0] == (25 if invert else 230)


@pytest.mark.parametrize("manner", [PHOTO])
def test_data_that_does_not_lie_on_black_is_never_inverted_by_itself(manner):
    assert read_picture(file(stroke(20, 230)), GREY, manner).pixels[0, 0, 0] == 230


# --- proportions


def test_a_wide_picture_for_data_on_black_is_laid_whole_on_it():
    picture = read_picture(file(np.pad(np.full((50, 180), 200, np.uint8), ((10, 10), (10, 10)))), GREY, ON_BLACK)
    rows = np.flatnonzero(picture.pixels.any(axis=(1, 2)))
    assert (rows[0], rows[-1]) == (10, 17)
    assert "laid whole on black" in picture.note


def test_a_photo_is_cropped_about_its_middle():
    image = np.zeros((64, 96, 3), np.uint8)
    image[:, 16:80] = 200
    picture = read_picture(file(image), COLOUR)
    assert picture.pixels[:, 1:-1].min() > 190
    assert "cropped about its middle" in picture.note


def test_a_very_long_photo_is_laid_whole_on_black():
    picture = read_picture(file(np.full((20, 400, 3), 200, np.uint8)), COLOUR)
    assert (picture.pixels > 0).any(axis=(1, 2)).sum() == 2
    assert "laid whole on black" in picture.note


# --- digits


def test_mnists_own_images_are_fixed_points(digits):
    fitted = np.stack([fit_digit(digit) for digit in digits])
    np.testing.assert_array_equal(fitted, digits)


def test_a_digit_comes_back_from_an_upload_as_it_is_light_or_dark(digits):
    for digit in digits[::40]:
        for shown in (digit, 255 - digit):
            np.testing.assert_array_equal(read_picture(file(shown), GREY, DIGIT).pixels[..., 0], digit)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 399), st.integers(1, 9), st.integers(0, 80), st.integers(0, 80))
def test_a_digit_drawn_larger_and_elsewhere_is_the_same_digit(digits, number, times, down, right):
    drawn = np.pad(np.kron(digits[number], np.ones((times, times), np.uint8)), ((down, 80 - down), (right, 80 - right)))
    np.testing.assert_allclose(fit_digit(drawn).astype(int), digits[number], atol=1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 2**31))
def test_a_digit_lies_in_its_box_with_its_mass_in_the_middle(height, width, seed):
    ink = np.random.default_rng(seed).integers(1, 256, (height, width)).astype(np.uint8)
    fitted = fit_digit(np.pad(ink, 7)).astype(float)
    rows, columns = np.flatnonzero(fitted.any(axis=1)), np.flatnonzero(fitted.any(axis=0))
    sides = (rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
    assert max(sides) == 20
    for axis in (0, 1):
        along = fitted.sum(axis=1 - axis)
        assert abs((along * np.arange(28)).sum() / along.sum() - 14) <= 0.55


@pytest.mark.parametrize(("size", "box"), [((28, 28), 20), ((32, 32), 23), ((8, 8), 6), ((40, 28), 20), ((1, 1), 1)])
def test_the_box_grows_with_the_frame(size, box):
    fitted = fit_digit(np.full((9, 9), 255, np.uint8), size)
    assert fitted.shape == size
    assert (fitted.any(axis=1).sum(), fitted.any(axis=0).sum()) == (box, box)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_picture_is_blank_and_says_so(value):
    picture = read_picture(file(np.full((100, 100), value, np.uint8)), GREY, DIGIT)
    assert not picture.pixels.any()
    assert "No strokes were found" in picture.note


def photo(digit: np.ndarray, generator: np.random.Generator, side: int = 900) -> np.ndarray:
    """A digit of dark ink on paper in a falling light, with grain, dust and the table at the left edge."""
    x = np.linspace(120, 215, side)[None] * np.linspace(0.8, 1, side)[:, None]
    size, top, left = 330, 300, 250
    ink = np.asarray(Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC), float) / 255
    x[top : top + size, left : left + size] *= 1 - 0.75 * ink
    x += generator.normal(0, 6, x.shape)
    x[:, :40] = 20
    for row, column in generator.integers(60, side - 10, (30, 2)):
        x[row : row + 4, column : column + 4] = 60
    return x.clip(0, 255).astype(np.uint8)


def test_a_photo_of_ink_on_paper_becomes_the_digit(digits):
    generator = np.random.default_rng(0)
    for digit in digits[::25]:
        picture = read_picture(file(photo(digit, generator), "JPEG", quality=85), GREY, DIGIT)
        error = np.abs(picture.pixels[..., 0].astype(int) - digit).mean()
        others = np.abs(digits[::25].astype(int) - digit).mean(axis=(1, 2))
        assert error < 20
        assert error < 0.75 * np.sort(others)[1]  # and far closer than any other digit
        assert "exchanged" in picture.note


def test_paper_with_nothing_on_it_has_no_strokes():
    paper = np.linspace(60, 120, 400)[None] + np.random.default_rng(0).normal(0, 3, (400, 400))
    assert not lift_strokes(paper.astype(np.uint8)).any()


@pytest.mark.parametrize(
    ("data", "channels", "expected"),
    [
        ("mnist", 1, DIGIT),
        ("mnist-5k", 1, DIGIT),
        ("fashion-mnist", 1, ON_BLACK),
        ("shapes", 1, ON_BLACK),
        ("cifar10", 3, PHOTO),
        ("of-my-own", 1, PHOTO),
        ("mnist", 3, PHOTO),
    ],
)
def test_a_models_data_says_how_pictures_are_read(data, channels, expected):
    card = Card(
        name="m",
        family="gaussian",
        network="dense",
        likelihood="bernoulli",
        beta=1.0,
        can=[],
        item=image((channels, 28, 28)),
        data=DataInfo(data, data, "", ""),
        latent=Latent([Axis((-1, 1), 1.0)] * 2),
        graphs=PAIR,
        training={},
        versions={},
        metrics={},
        files={},
    )
    assert manner_of(card) == expected


# --- bad input


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "text": (lambda: b"Dear picture,", "no picture"),
    "zeros": (lambda: bytes(5000), "no picture"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no picture"),
    "a format that is not taken": (lambda: file(ramp(), "PPM"), "no picture"),
    "21 MB": (lambda: bytes(MAX_BYTES + 1), "at most 20 MB"),
    "100 megapixels": (lambda: png_header(10_000, 10_000), "at most 50 megapixels"),
    "one row too many": (lambda: png_header(MAX_PIXELS // 1024, 1025), "at most 50 megapixels"),
    "a thousand megapixels": (lambda: png_header(40_000, 30_000), "at most 50 megapixels"),
    "2**31 pixels wide": (lambda: png_header(2**31 - 1, 1), "at most 50 megapixels|damaged"),
    "webp of 20 megapixels": (
        lambda: file(Image.new("1", (5000, 4000)).convert("RGB"), "WEBP", lossless=True, method=0),
        "WebP picture has at most 16 megapixels",
    ),
    "truncated png": (lambda: file(Image.effect_noise((64, 64), 50))[:-1500], "cannot be read to its end"),
    "truncated jpeg": (lambda: file(Image.effect_noise((64, 64), 50), "JPEG")[:900], "cannot be read to its end"),
    "truncated gif": (lambda: file(Image.effect_noise((64, 64), 50), "GIF")[:2000], "cannot be read to its end"),
    "truncated webp": (lambda: file(Image.effect_noise((64, 64), 50), "WEBP")[:300], "picture"),
    "truncated tiff": (lambda: file(Image.effect_noise((64, 64), 50), "TIFF")[:3000], "picture"),
    "header alone": (lambda: file(ramp())[:40], "picture"),
    "wrong checksum": (lambda: file(ramp()).replace(b"IDAT", b"IDAX"), "picture"),
    "NaN": (lambda: file(np.full((8, 8), np.nan, np.float32), "TIFF"), "NaN or infinity"),
    "infinity": (lambda: file(np.full((8, 8), np.inf, np.float32), "TIFF"), "NaN or infinity"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # the server tells it
def test_what_is_no_picture_is_refused_in_a_sentence(case):
    make, said = REFUSED[case]
    with pytest.raises(InputError, match=said) as refused:
        read_picture(make(), GREY, DIGIT)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert len(sentence) < 400
    assert sentence.endswith(".")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]), st.data())
@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it finds in damaged files
def test_damage_anywhere_is_a_picture_or_a_sentence(kind, data):
    good = bytearray(file(four(*CORNERS), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert read_picture(bytes(good), GREY, DIGIT).pixels.shape == (28, 28, 1)
    except InputError as error:
        assert "\n" not in str(error)
