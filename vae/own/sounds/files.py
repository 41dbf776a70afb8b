"""Recordings of a person's own: WAV files in a zip file or a folder, of any rate, one sound each."""

import zipfile
from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.sounds.recordings import Sound, read_wav, sound_of
from vae.kinds.sounds.spectra import hop_of
from vae.own.collection import Collected, class_name
from vae.own.images.files import label_in, strip_common
from vae.own.listing import Fetch, listed

SUFFIXES = (".wav", ".wave")
PACKED = (".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wma", ".aif", ".aiff")
"""Of sounds that are not read: the reason says what to do."""

RATE, FREQUENCIES = 8_000, 128
"""What a set has: that is a telephone's, in which speech is understood."""

FEWEST_TIMES, MOST_TIMES = 32, 192
"""A quarter of a second to one and a half."""

STEP = 16
"""Times are a multiple of this, so that networks halve them four times."""

MOST_BYTES = 64 << 20
"""Of a recording: a minute of two channels at 96,000 samples a second, of 32 bits, is 46 MB."""


class OwnSounds(Collected):
    """Sounds as they are kept, uint8 [n, F, T, 1], with their labels."""

    noun, nouns = "sound", "sounds"
    things: np.ndarray
    item: Item


def claims(path: Path) -> bool:
    """Say whether the names in a zip file say beyond doubt that it holds recordings."""
    if not may_hold(path):
        return False
    with listed(path, MOST_BYTES) as (names, _):
        return any(_is_sound(name) for name in names)


def may_hold(path: Path) -> bool:
    """Say whether a file can hold recordings: a zip file."""
    return zipfile.is_zipfile(path)


def open_sounds(path: Path, label: str = "") -> OwnSounds:
    """Read all recordings of a zip file or a folder. `InputError` where there are none, or none can be read.

    label: where their labels are, as `Making` has it; left out: the topmost folder.
    """
    own, waves = OwnSounds(), {}
    own.kind = "zip" if path.is_file() else "folder"
    with listed(path, MOST_BYTES) as (names, fetch):
        for name in names:
            if (sound := _read(own, name, fetch)) is not None:
                waves[name] = sound
    if not waves:
        left = f" Left out: {own.left_out.told()}." if own.left_out.count else ""
        raise InputError(f"{path.name} holds no WAV file that can be read; bring recordings saved as .wav.{left}")
    _lay_out(own, waves)
    _label(own, list(waves), label)
    return own


def _is_sound(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _read(own: OwnSounds, name: str, fetch: Fetch) -> Sound | None:
    """Read one recording; one that cannot be read is left out, with the reason."""
    if not _is_sound(name):
        packed = name.lower().endswith(PACKED)
        own.left_out.add(name, "It is no WAV file; save it as .wav." if packed else "It is no recording.")
        return None
    try:
        return read_wav(_whole(fetch(name)), RATE, FREQUENCIES)
    except Exception as error:  # zipfile and zlib complain in classes of their own
        own.left_out.add(name, str(error) if isinstance(error, InputError) else "It cannot be read.")
        return None


def _whole(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise InputError(f"It has more than {MOST_BYTES >> 20} MB; cut out one sound of at most a minute.")
    return data


def _lay_out(own: OwnSounds, sounds: dict[str, Sound]) -> None:
    """Bring all sounds to one length, that of nearly the longest."""
    hop = hop_of(FREQUENCIES)
    longest = float(np.quantile([len(sound) for sound in sounds.values()], 0.98)) / hop
    times = int(np.clip(STEP * np.ceil(longest / STEP), FEWEST_TIMES, MOST_TIMES))
    own.things = np.stack([sound_of(sound, FREQUENCIES, times) for sound in sounds.values()])
    own.item = Item("sounds", own.things.shape[1:], {"rate": RATE})
    own.parts = [None] * len(sounds)
    seconds, cut = times * hop / RATE, sum(len(sound) > times * hop for sound in sounds.values())
    own.notes.append(f"Each is {seconds:.2f} seconds at {RATE:,} samples a second, from where it begins to be loud.")
    if cut:
        own.notes.append(f"{cut:,} of {len(sounds):,} were longer, and are cut there.")


def _label(own: OwnSounds, names: list[str], said: str) -> None:
    """Find the labels: where that was said, or in the topmost folder."""
    pieces = strip_common([name.split("/") for name in names])
    if said in ("", "none"):
        found = [each[0] if len(each) > 1 and not said else None for each in pieces]
    else:
        found = [label_in(each, said) for each in pieces]
    own.labels = [class_name(label) if label else None for label in found]
    own.settle()
