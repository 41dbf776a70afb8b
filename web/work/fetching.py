"""Download a data set in a process of its own, one for all visitors, while pages show how far it is."""

import subprocess
import threading

import msgspec

from vae import child
from vae.data import is_ready
from vae.datasets.downloads import Progress
from vae.datasets.sources import DATASETS
from vae.errors import unknown
from vae.library.cards import Card

_fetches: dict[str, "Fetch"] = {}
_lock = threading.Lock()


class Fetch:
    """A download under way, or ended: `progress` so far, `ended`, and what went wrong as a sentence, or nothing."""

    def __init__(self, name: str) -> None:
        self.progress = Progress("start", 0, 0)
        self.ended = False
        self.error = ""
        # torchvision has the addresses, and the server never imports it.
        words = ["datasets", "--download", name, "--json"]
        self._process = child.start(words, out=subprocess.PIPE, apart=False)
        threading.Thread(target=self._follow, name=f"fetch-{name}", daemon=True).start()

    @property
    def share(self) -> float:
        """Say how much of the present stage is done, in [0, 1]; 0 where its length is unknown."""
        return min(1.0, self.progress.done / self.progress.total) if self.progress.total else 0.0

    def _follow(self) -> None:
        said = b""
        with self._process as process:
            for line in process.stdout or ():
                try:
                    self.progress = msgspec.json.decode(line, type=Progress)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    said = line if child.last_words(line) else said
        if process.returncode:
            self.error = child.last_words(said) or "The download stopped before it was done; start it again."
        self.ended = True


def fetch(name: str) -> Fetch:
    """Start downloading the data set `name`, unless a download of it is under way; `InputError` where it is unknown."""
    if name not in DATASETS:  # a card may say anything
        raise unknown("data set", name, DATASETS)
    with _lock:
        known = _fetches.get(name)
        if known is None or known.ended:
            known = _fetches[name] = Fetch(name)
        return known


def offer(card: Card) -> str:
    """Say what a button is to say that fetches a model's images; empty where they are at hand, or cannot be fetched."""
    known = DATASETS.get(card.data.name)
    if known is None or is_ready(card.data.name):
        return ""
    return f"Download the originals ({known.download_mb:.0f} MB)" if known.download_mb else "Make the originals"


def under_way(name: str) -> Fetch | None:
    """Return the last download of the data set `name` in this process, or None."""
    return _fetches.get(name)
