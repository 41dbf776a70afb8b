"""A strip as a film: every pixel of a grey one, there and back, in the time asked for."""

import io

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vae.errors import InputError
from vae.films import strip as strips
from vae.films.strip import WRITERS, film

RANDOM = np.random.default_rng(0)


def strip(n: int, height: int = 28, width: int = 28, channels: int = 1) -> np.ndarray:
    """Return n different pictures, uint8: a bright square that moves over a slope."""
    pictures = np.zeros((n, height, width, channels), np.uint8)
    pictures += np.linspace(0, 90, height).astype(np.uint8)[:, None, None]
    for i in range(n):
        pictures[i, i % height, :, i % channels] = 255 - i % 100
    return pictures


def read_gif(file: bytes) -> tuple[np.ndarray, list[int], dict]:
    """Return a GIF's pictures, uint8 [n, H, W, 3], how long each stays in ms, and its own words."""
    image = Image.open(io.BytesIO(file))
    assert image.format == "GIF"
    pictures, durations = [], []
    for i in range(image.n_frames):
        image.seek(i)
        durations.append(image.info["duration"])
        pictures.append(np.asarray(image.convert("RGB")))
    return np.stack(pictures), durations, image.info


def read_mp4(file: bytes) -> tuple[np.ndarray, float]:
    """Return an MP4's pictures, uint8 [n, H, W, 3], and its seconds."""
    with av.open(io.BytesIO(file)) as container:
        stream = container.streams.video[0]
        assert (stream.codec.name, stream.pix_fmt) == ("h264", "yuv420p")
        pictures = np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(stream)])
        return pictures, container.duration / av.time_base


def there_and_back(pictures: np.ndarray) -> np.ndarray:
    return np.concatenate([pictures, pictures[-2:0:-1]])


@pytest.mark.parametrize(("height", "width", "times"), [(28, 28, 9), (32, 20, 8), (7, 5, 37), (300, 200, 1)])
def test_a_grey_gif_shows_every_pixel_there_and_back(height: int, width: int, times: int) -> None:
    pictures = strip(12, height, width)
    shown, durations, info = read_gif(film(pictures, "gif", 4))
    large = pictures.repeat(times, 1).repeat(times, 2)
    np.testing.assert_array_equal(shown, np.broadcast_to(there_and_back(large), (22, *large.shape[1:3], 3)))
    assert info["loop"] == 0
    assert sum(durations) == 4000


def test_a_coloured_gif_has_one_palette_near_all_colours() -> None:
    slope = np.linspace(0, 255, 32).astype(np.uint8)
    pictures = np.stack(
        [np.stack(np.broadcast_arrays(slope[:, None], slope[None], np.uint8(20 * i)), -1) for i in range(12)]
    )
    pictures[np.arange(12), np.arange(12)] = 255  # or two with the same colours in the palette would be shown as one
    shown, _, _ = read_gif(film(pictures, "gif", 4))
    difference = np.abs(shown[:12, ::8, ::8].astype(int) - pictures)
    assert difference.mean() < 14  # 256 of 10,000 colours that fill a part of the cube
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) <= 256
    few = strip(6, channels=3)
    np.testing.assert_allclose(read_gif(film(few, "gif", 4))[0][:6, ::9, ::9].astype(int), few, atol=8)


@pytest.mark.parametrize(
    ("shape", "side"), [((28, 28, 1), (252, 252)), ((37, 33, 3), (260, 232)), ((5, 3, 1), (256, 154))]
)
def test_an_mp4_has_even_sides_and_shows_the_pictures(shape: tuple[int, int, int], side: tuple[int, int]) -> None:
    pictures = strip(10, *shape)
    shown, seconds = read_mp4(film(pictures, "mp4", 3))
    times = round(256 / max(shape[:2]))
    assert shown.shape == (18, *side, 3)
    assert seconds == pytest.approx(3, abs=0.1)
    expected = there_and_back(np.broadcast_to(pictures, (10, *shape[:2], 3))).repeat(times, 1).repeat(times, 2)
    cut = shown[:, : expected.shape[1], : expected.shape[2]].astype(float)
    assert np.abs(cut - expected).mean() < 8


def test_an_mp4s_words_come_before_its_pictures() -> None:
    file = film(strip(4), "mp4", 2)
    assert file.index(b"moov") < file.index(b"mdat")


@settings(deadline=None, max_examples=40)
@given(n=st.integers(2, 256), seconds=st.floats(1, 60))
def test_a_gif_takes_as_long_as_it_should_with_no_picture_too_short(n: int, seconds: float) -> None:
    values = np.arange(n, dtype=np.uint8).reshape(n, 1, 1, 1)  # all different
    pictures = np.broadcast_to(values, (n, 300, 1, 1)).copy()
    shown, durations, _ = read_gif(film(pictures, "gif", seconds))
    assert sum(durations) == pytest.approx(1000 * seconds, abs=10)
    assert min(durations) >= 50
    assert len(shown) <= 2 * n - 2
    seen = shown[:, 0, 0, 0].tolist()
    assert (seen[0], max(seen)) == (0, n - 1)
    assert seen[1:] == seen[:0:-1]


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_of_a_long_film_of_large_pictures_some_are_left_out_and_never_the_ends(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strips, "MOST_PIXELS", 21 * 300 * 200)
    pictures = strip(40, 300, 200)
    if kind == "gif":
        shown, durations, _ = read_gif(film(pictures, kind, 6))
        seconds = sum(durations) / 1000
        np.testing.assert_array_equal(shown[[0, 10], ..., 0], pictures[[0, 39], ..., 0])
    else:
        shown, seconds = read_mp4(film(pictures, kind, 6))
    assert len(shown) == 20
    assert seconds == pytest.approx(6, abs=0.1)


def test_512_x_512_for_a_minute_has_no_more_pixels_than_256_x_256() -> None:
    counts = [len(strips._shown(np.empty((256, side, side, 1), np.uint8), 60, 20)) for side in (28, 256, 512)]
    assert counts == [510, 510, 128]


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_pictures_that_are_all_the_same_make_a_film(kind: str) -> None:
    file = film(np.repeat(strip(1), 9, 0), kind)
    shown = read_gif(file)[0] if kind == "gif" else read_mp4(file)[0]
    assert np.abs(shown[0, ::9, ::9, 0].astype(int) - strip(1)[0, ..., 0]).max() < 12


@pytest.mark.parametrize(
    ("n", "kind", "seconds", "sentence"),
    [
        (5, "avi", 4.0, "Unknown kind of film 'avi'; choose one of: gif, mp4"),
        (5, "gif", 0.5, "takes 1 to 60 seconds; got 0.5"),
        (5, "mp4", 61.0, "takes 1 to 60 seconds; got 61"),
        (5, "gif", float("nan"), "takes 1 to 60 seconds; got nan"),
        (1, "gif", 4.0, "at least two pictures; got 1"),
    ],
)
def test_bad_wishes_are_refused(n: int, kind: str, seconds: float, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        film(strip(n), kind, seconds)
