"""Things to start from: a model's own test images, or what stands in for them where they are not on this computer."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from vae.data import is_at_hand, load
from vae.datasets.bundled import Sample
from vae.datasets.sources import stand_in
from vae.explore.originals import pick, sample_for
from vae.explore.search import can_search
from vae.families import FAMILIES
from vae.library.cards import Card
from vae.library.codes import Codes
from web.opened.explorers import explorer
from web.work import fetching

TENS = 12
MAX_BYTES = 512 * 1024
"""What the things to choose from may weigh on their way into the page."""

STARTS, FINDS = "Start from", "Find"
"""What is done with a thing that is chosen: its code is what the encoder says, or a search has to find it."""


@dataclass(frozen=True)
class Images:
    """Images, or things of another kind, that a model can start from.

    pixels: the things as they are kept, images uint8 [N, H, W, C], or None where only their codes are at hand; codes:
    float32 [N, d], or None where the encoder gives them; spreads: float32 [N, d], the standard deviations about these
    codes, or None where there are none; factors: float32 [N, F], what they were drawn from, where that is known;
    labels: int64 [N] or None; picked: numbers of those to show, ten at a time. noun: what one is called: "Test image".
    sentence: what a visitor should know about them; download: what a button that fetches better ones says. Both may be
    empty. samples: things that go first where they have a number, each with what one of them is called. does: what is
    done with one that is chosen, before its name.
    """

    title: str
    noun: str
    sentence: str
    download: str
    classes: tuple[str, ...]
    pixels: np.ndarray | None
    codes: np.ndarray | None
    labels: np.ndarray | None
    picked: list[int]
    model: str
    samples: tuple[tuple[str, Sample], ...] = ()
    spreads: np.ndarray | None = None
    factors: np.ndarray | None = None
    does: str = STARTS

    def __len__(self) -> int:
        """How many numbers an address may have; not each need be here (`has`)."""
        if (all_of_them := self.codes if self.pixels is None else self.pixels) is not None:
            return len(all_of_them)
        return 1 + max((int(sample.numbers[-1]) for _, sample in self.samples), default=-1)

    def has(self, number: int) -> bool:
        """Say whether the thing of a number is here, or its code."""
        of_samples = any(sample.rows(np.array([number]))[0] >= 0 for _, sample in self.samples)
        return number < len(self) and (of_samples or self.pixels is not None or self.codes is not None)

    def label(self, i: int) -> str:
        """Name the class of the i-th image, or return an empty string."""
        label = self._label(i)
        return "" if label < 0 else self.classes[label] if label < len(self.classes) else str(label)

    def _label(self, i: int) -> int:
        for _, sample in self.samples:
            if (row := int(sample.rows(np.array([i]))[0])) >= 0:
                return int(sample.labels[row])
        return -1 if self.labels is None else int(self.labels[i])

    def show(self, numbers: list[int]) -> np.ndarray:
        """Return the things of these numbers as they are kept, [n, *shape]: themselves, or their reconstructions."""
        return np.stack([self._thing(number) for number in numbers]) if self.samples else self._others(numbers)

    def _thing(self, number: int) -> np.ndarray:
        for _, sample in self.samples:
            if (row := int(sample.rows(np.array([number]))[0])) >= 0:
                return sample.things[row]
        return self._others([number])[0]

    def _others(self, numbers: list[int]) -> np.ndarray:
        if self.pixels is not None:
            return np.ascontiguousarray(self.pixels[numbers])
        assert self.codes is not None
        return explorer(self.model).decode(self.codes[numbers], None if self.labels is None else self.labels[numbers])

    def _noun(self, number: int) -> str:
        """What the thing of a number is called; "" where only its code is at hand."""
        found = next((noun for noun, sample in self.samples if sample.rows(np.array([number]))[0] >= 0), "")
        return found or ("" if self.pixels is None else self.noun)

    def one(self, number: int) -> dict[str, Any]:
        """Describe one image for the browser."""
        noun = self._noun(number)
        thing = {"index": number, "label": self.label(number), "pixels": base64_of(self.show([number])), "z": None}
        if not noun and self.codes is not None:
            thing |= {"z": _short(self.codes, number), "spread": _short(self.spreads, number)}
        if self.factors is not None:
            thing["factors"] = _short(self.factors, number)
        return thing | ({"noun": noun} if noun and noun != self.noun else {})

    def as_data(self) -> dict[str, Any]:
        """Describe the images to choose from for the browser."""
        coded = not all(self._noun(number) for number in self.picked)
        return {
            "title": self.title,
            "does": self.does,
            "noun": self.noun,
            "sentence": self.sentence,
            "download": self.download,
            "index": self.picked,
            "label": [self.label(i) for i in self.picked],
            "pixels": base64_of(self.show(self.picked)),
            "codes": _short(self.codes, self.picked) if coded else None,
            "spreads": _short(self.spreads, self.picked) if coded else None,
            "factors": _short(self.factors, self.picked),
        }


def _short(numbers: np.ndarray | None, rows: int | list[int]) -> list[Any] | None:
    """Return some rows with as many decimals as an address has, None where there are none at all."""
    return None if numbers is None else np.round(numbers[rows].astype(float), 3).tolist()


def learnt_by(card: Card) -> dict[str, Any] | None:
    """Describe for the browser what a model learnt along with its weights, as things to start from."""
    things = explorer(card.name).learnt()
    if things is None:
        return None
    learns = FAMILIES[card.family].learns if card.family in FAMILIES else ""
    noun = "example" if card.part else learns or f"learnt {card.kind.noun}"
    few = things[: max(10, MAX_BYTES // max(1, things[0].nbytes))]
    return {
        "title": f"{noun.capitalize()}s",
        "noun": noun.capitalize(),
        "sentence": _about_learnt(card),
        "download": "",
        "index": list(range(len(few))),
        "label": [""] * len(few),
        "pixels": base64_of(few),
        "learnt": True,
    }


def _about_learnt(card: Card) -> str:
    if card.part:
        return "These came with it, out of what it is tested on, so that it has something to complete."
    return "It learnt these along with its weights: each stands for a part of its prior."


def images_for(card: Card, searched: bool = False) -> Images | None:
    """Return the images that a model can start from, the best that are on this computer; None where there are none.

    Without an encoder none can be started from, whichever are here. searched: those are wanted then whose codes can be
    searched for.
    """
    if "encode" not in card.can and not (searched and can_search(card)):
        return None
    return _images_for(card.name, card.files.get("codes.npz", card.created), _at_hand(card))


@st.cache_resource(max_entries=16, show_spinner=False)
def _images_for(model: str, checksum: str, name: str | None) -> Images | None:
    """The checksum and the name of the data set at hand only tell one state of model and computer from another."""
    card = explorer(model).card
    coded = "encode" in card.can
    codes = explorer(model).codes() if coded else None
    if codes is not None or not coded:
        sample = sample_for(card, None if codes is None else len(codes.centre))
        if sample is not None:
            return _from_sample(card, codes, sample)
    dataset = None if name is None else load(name)
    if dataset is None or dataset.item.shape != card.item.shape:
        return _from_codes(card) if coded else None
    seen, without = name != card.data.name, card.training.get("without")
    but = "" if without is None else f", but for those of class {without}"
    noun, nouns = card.kind.noun, card.kind.nouns
    does = _does(card)
    return Images(
        title=f"{does} {'an' if noun[0] in 'aeiou' else 'a'} {noun}" if seen else f"{does} a test {noun}",
        noun=f"Training {noun}" if seen else f"Test {noun}",
        sentence=f"These are {card.data.title} training {nouns}: the model has seen them{but}." if seen else "",
        download="",
        classes=dataset.classes,
        pixels=dataset.test.things,
        codes=None,
        labels=dataset.test.labels,
        picked=pick(dataset.test.labels, len(dataset.test), _tens(card)),
        model=model,
        factors=None if seen else dataset.test.factors,
        does=does,
    )


def _does(card: Card) -> str:
    return STARTS if "encode" in card.can else FINDS


def _at_hand(card: Card) -> str | None:
    """Name the data set to take the images from: what stands in for it goes first, so that an address means the same
    image on every computer."""
    name = stand_in(card.data.name) or card.data.name
    return name if is_at_hand(name, card.data.source) else None


def _from_sample(card: Card, codes: Codes | None, sample: Sample) -> Images:
    """Offer the test things that come with the program; any other of the test part is there by its code, if it has one.

    What stands in for a set had the first numbers in addresses before there were such things, and keeps them.
    """
    noun = card.kind.noun
    samples = [(f"Test {noun}", sample)]
    if (instead := stand_in(card.data.name)) and is_at_hand(instead, card.data.source):
        part = load(instead).test
        labels = np.full(len(part), -1) if part.labels is None else part.labels
        samples.append((f"Training {noun}", Sample(np.arange(len(part)), part.things, labels)))
    picked = pick(sample.labels, len(sample), _tens(card))
    return Images(
        title=f"{_does(card)} a test {noun}",
        noun=f"Test {noun}",
        sentence="",
        download="",
        classes=tuple(card.data.classes),
        pixels=None,
        codes=None if codes is None else codes.centre,
        labels=None if codes is None else codes.labels,
        picked=sample.numbers[picked].tolist(),
        model=card.name,
        samples=tuple(samples),
        spreads=None if codes is None else codes.spread,
        does=_does(card),
    )


def _from_codes(card: Card) -> Images | None:
    codes = explorer(card.name).codes()
    if codes is None:
        return None
    return Images(
        title=f"Start from the code of a test {card.kind.noun}",
        noun=f"Test {card.kind.noun}",
        sentence=f"The {card.kind.nouns} of {card.data.title} are not on this machine: these are the model's "
        "reconstructions of them.",
        download=fetching.offer(card),
        classes=tuple(card.data.classes),
        pixels=None,
        codes=codes.centre,
        labels=codes.labels,
        picked=pick(codes.labels, len(codes.centre), _tens(card)),
        model=card.name,
        spreads=codes.spread,
    )


def _tens(card: Card) -> int:
    return max(1, min(TENS, MAX_BYTES // (10 * card.kind.kept.itemsize * int(np.prod(card.item.shape)))))


def base64_of(things: np.ndarray) -> str:
    """Return the bytes of things as they are kept as base64."""
    return base64.b64encode(np.ascontiguousarray(things).tobytes()).decode("ascii")
