"""Sounds are levels of frequencies: as SciPy finds them, heard again as they were, and spoiled as waves are."""

import io
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile
from scipy.signal import ShortTimeFFT, get_window

from vae.errors import InputError
from vae.experiments.gating import gated
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of
from vae.kinds.sounds import drawing
from vae.kinds.sounds.recordings import kept, read_wav, sound_of
from vae.kinds.sounds.sounds import SOUNDS
from vae.kinds.sounds.spectra import (
    RANGE,
    heard,
    hop_of,
    levels_of,
    levels_of_magnitudes,
    magnitudes_of,
    samples_of,
)

PROJECT = Path(__file__).parents[3]
F, T, RATE = 64, 40, 8_000
ROOM = samples_of(F, T)


def tone(hertz: float, samples: int = ROOM, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(samples) / rate).astype(np.float32)


def glide() -> np.ndarray:
    seconds = np.arange(ROOM) / RATE
    return (np.sin(2 * np.pi * (500 * seconds + 4000 * seconds**2)) * np.hanning(ROOM)).astype(np.float32)


def wav(samples: np.ndarray, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    wavfile.write(file, rate, samples)
    return file.getvalue()


def test_levels_are_what_scipy_s_transform_has_in_decibels_below_the_loudest() -> None:
    wave = np.random.default_rng(0).standard_normal(ROOM).astype(np.float32)
    hop = hop_of(F)
    transform = ShortTimeFFT(get_window("hann", 2 * F), hop, RATE)
    # Padded so that the middles of its frames fall on ours, half a hop after the sound's beginning and so on.
    shifted = np.abs(transform.stft(np.pad(wave, (2 * F - hop // 2, 3 * F))))[1:]
    start = 2 * F // hop - int(transform.p_min)
    expected = shifted[:, start : start + T]
    decibels = (20 * np.log10(expected / expected.max())).clip(-RANGE)[::-1]
    np.testing.assert_allclose((levels_of(wave[None], F)[0] - 1) * RANGE, decibels, atol=1e-2)


def test_a_tone_is_loudest_in_the_row_of_its_frequency() -> None:
    levels = levels_of(np.stack([tone(1000), tone(2500)]), F)
    rows = levels[:, :, T // 2].argmax(1)
    np.testing.assert_allclose((F - rows) * RATE / (2 * F), [1000, 2500], atol=RATE / (4 * F))
    assert levels.max() == 1 and levels.min() == 0


def test_how_loud_a_sound_is_does_not_count_and_silence_is_nothing() -> None:
    np.testing.assert_allclose(levels_of(glide()[None], F), levels_of(glide()[None] * 1e-3, F), atol=1e-5)
    assert not levels_of(np.zeros((1, ROOM)), F).any()
    assert not heard(np.zeros((1, F, T), np.float32)).any()


def test_levels_and_magnitudes_are_each_other_s_inverse() -> None:
    levels = np.linspace(0, 1, 50, dtype=np.float32)
    np.testing.assert_allclose(levels_of_magnitudes(magnitudes_of(levels)), levels, atol=1e-6)
    assert magnitudes_of(levels)[0] == 0 and magnitudes_of(levels)[-1] == 1


def test_what_is_heard_has_nearly_the_levels_that_it_was_made_of_and_more_rounds_come_nearer() -> None:
    levels = levels_of(glide()[None], F)
    errors = [float(np.sqrt(np.square(levels_of(heard(levels, rounds), F) - levels).mean())) for rounds in (1, 8, 32)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] * RANGE < 3
    np.testing.assert_array_equal(heard(levels), heard(levels))
    assert heard(levels).shape == (1, ROOM) and np.abs(heard(levels)).max() == 1


def test_an_amount_of_nothing_leaves_a_sound_and_more_spoils_it_more() -> None:
    sounds = kept(np.stack([glide(), tone(700)]), F)
    for name in ("noise", "whistle"):
        none, some, most = (corrupt(name, sounds, amount, 0, kind=SOUNDS).images for amount in (0.0, 0.2, 1.0))
        np.testing.assert_array_equal(none, SOUNDS.floats(sounds))
        away = [SOUNDS.apart(SOUNDS.keep(each), sounds) for each in (some, most)]
        assert (away[0] < away[1]).all()


def test_noise_is_added_as_a_wave_is() -> None:
    silent = np.zeros((1, F, T, 1), np.uint8)
    levels = corrupt("noise", silent, 1.0, 0, kind=SOUNDS).images
    strength = np.sqrt(np.square(magnitudes_of(levels)).mean())
    assert strength == pytest.approx(0.1, rel=0.05)  # of the loudest: 20 dB below it


def test_a_gap_and_a_narrow_band_lose_the_share_that_was_asked_for() -> None:
    sounds = kept(np.stack([glide(), tone(700)]), F)
    gap, band = (corrupt(name, sounds, 0.25, 0, kind=SOUNDS).known for name in ("gap", "band"))
    assert gap is not None and band is not None and gap.shape == band.shape == (2, F, T)
    assert (~gap).all(1).sum(1).tolist() == [T // 4] * 2
    assert not band[:, : F // 4].any() and band[:, F // 4 :].all()


def test_a_gate_closes_off_noise_and_leaves_a_loud_tone() -> None:
    wave = np.where(np.arange(ROOM) < ROOM // 2, tone(1000), 0)
    clean = kept(wave[None], F)
    noisy = corrupt("noise", clean, 0.3, 0, kind=SOUNDS).images
    cleaned = gated(noisy)
    assert SOUNDS.apart(SOUNDS.keep(cleaned), clean)[0] < 0.6 * SOUNDS.apart(SOUNDS.keep(noisy), clean)[0]
    row = F - 1000 * 2 * F // RATE
    assert cleaned[0, row, 2 : T // 2 - 4].min() > 0.9


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.int16(30_000 * tone(1000)), RATE),
        (np.uint8(128 + 100 * tone(1000)), RATE),
        (np.int32(2e9 * tone(1000)), RATE),
        (0.01 * tone(1000), RATE),
        (np.stack([tone(1000), tone(1000)], 1), RATE),
        (tone(1000, 12 * ROOM, 96_000), 96_000),
        (tone(1000, 11 * ROOM // 2, 44_100), 44_100),
    ],
)
def test_a_recording_of_any_width_rate_and_number_of_channels_is_the_same_sound(samples: np.ndarray, rate: int) -> None:
    sound = sound_of(read_wav(wav(samples, rate), RATE, F), F, T)
    assert sound.shape == (F, T, 1) and sound.dtype == np.uint8
    assert (F - sound[:, T // 2, 0].argmax()) * RATE / (2 * F) == 1000


def test_24_bits_are_read() -> None:
    plain = wav(np.int32(2e9 * tone(1000)))
    whole = np.frombuffer(plain[-4 * ROOM :], "<i4")
    three = b"".join(int(value).to_bytes(4, "little", signed=True)[1:] for value in whole)
    header = bytearray(plain[: -4 * ROOM])
    header[28:36] = (3 * RATE).to_bytes(4, "little") + (3).to_bytes(2, "little") + (24).to_bytes(2, "little")
    header[4:8], header[-4:] = (36 + len(three)).to_bytes(4, "little"), len(three).to_bytes(4, "little")
    np.testing.assert_allclose(read_wav(bytes(header) + three, RATE, F), read_wav(plain, RATE, F), atol=1e-5)


def test_silence_at_both_ends_is_cut_off() -> None:
    quiet = np.zeros(4_000, np.float32)
    sound = read_wav(wav(np.concatenate([quiet, tone(1000), quiet])), RATE, F)
    assert ROOM <= len(sound) <= ROOM + 5 * hop_of(F)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"RIFF, but no more", "no WAV file"),
        (b"\x89PNG", "no WAV file"),
        (wav(np.zeros(0, np.int16)), "no WAV file|holds no samples"),
        (wav(np.zeros(800, np.int16)), "is silent"),
        (wav(np.full(800, np.nan, np.float32)), "no numbers"),
        (wav(np.zeros(61 * RATE, np.uint8)), "61 seconds long, and at most 60"),
        (wav(tone(10), 100), "100 samples a second"),
    ],
)
def test_what_is_no_sound_is_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_wav(content, RATE, F)


@pytest.mark.parametrize("shape", [(100, 40, 1), (128, 2, 1), (128, 40, 2), (128, 40)])
def test_a_shape_that_no_sound_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"a power of two, and 4 to 512 times; got \["):
        kind_of(Item("sounds", shape))


def test_its_colours_and_proportions_are_the_browser_s() -> None:
    page = PROJECT / "assets" / "live" / "shared" / "views" / "sounds"
    colouring, view, waves = ((page / name).read_text() for name in ("colouring.js", "sounds.js", "waves.js"))
    for stops in drawing.SCALE.values():
        assert "[" + ", ".join(f'"{stop}"' for stop in stops) + "]" in colouring
    assert f"[{', '.join(map(str, drawing.PROPORTIONS))}]" in view
    assert f"RANGE = {RANGE:g};" in waves
