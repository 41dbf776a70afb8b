"""What a visitor has chosen: session keys and the address in one place.

The address leads: `?model=mnist-16d&z=0.5,-1.2&image=17`. A choice made with a widget is written to it, and the
browser's component keeps `z` and `image` there up to date while the page is used, without a rerun.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import streamlit as st

from vae.explore import hand
from vae.explore.hand import LEAST_LIMIT
from vae.library.cards import Card
from vae.measures.alike import MOST_SHOWN, are_alike
from web.page.images import Images

LAST_MODEL = "last.model"
"""Session key: the model looked at last, for pages opened without one in the address."""

LAST_RUN = "last.run"
"""Session key: the training run looked at last."""

LAST_SWEEP = "last.sweep"
"""Session key: the sweep looked at last, where that is newer than the run."""

FORM_OPEN = "train.form_open"
"""Session key: whether the form for another run stands above the one that is shown."""

MOST_ANCHORS = 6
"""Of a path."""

IMAGE_ANCHOR = re.compile(r"i:[0-9]{1,9}")


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and a sentence for each part of it that cannot be had."""

    model: str
    z: list[float] | None = None
    image: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedRun:
    """The run to show, whether this visitor chose it, and a sentence where what the address asks for cannot be had.

    before: the run that was chosen last before this one was asked for.
    """

    name: str | None = None
    chosen: bool = False
    note: str = ""
    before: str | None = None

    def overtakes(self, opened: str) -> bool:
        """Say whether the address has gone on from the run `opened` already: the back button was faster than its word.

        The browser may repeat what was opened together with the address that it has gone back to.
        """
        return self.chosen and opened == self.before != self.name


def asked_model(known: Collection[str], default: str, first: str | None = None) -> Asked:
    """Return the model that the address asks for; without one `first`, the last that was looked at, or `default`."""
    name = st.query_params.get("model")
    last = st.session_state.get(LAST_MODEL)
    fallback = first or (last if isinstance(last, str) and last in known else default)
    if name is None or name in known:
        return Asked(name or fallback)
    note = f"There is no model {name[:64]!r} in the library, so this shows {fallback}. Choose another above."
    return Asked(fallback, notes=(note,))


@dataclass(frozen=True)
class AskedModels:
    """The models to show beside each other, and a sentence for each part of the address that cannot be had."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def asked_models(cards: Mapping[str, Card], first: Collection[str]) -> AskedModels:
    """Return the models that the address asks for, two to four of the same things.

    Where it asks for one, or for none: the one of `?model=` or the last that was looked at with the next of its kind,
    or else `first`.
    """
    text = st.query_params.get("models")
    if text is None:
        one = str(st.query_params.get("model") or st.session_state.get(LAST_MODEL))
        last = [one] if one in cards and alike(cards, cards[one]).keys() - {one} else []
        return AskedModels(tuple(_filled(cards, last or [name for name in first if name in cards])))
    names = list(dict.fromkeys(text.split(",")))
    known = [name for name in names if name in cards]
    strange = [name for name in names if name and name not in cards]
    notes = [f"There is no model {name[:64]!r} in the library." for name in strange[:MOST_SHOWN]]
    same = [name for name in known if are_alike(cards[known[0]], cards[name])]
    if strangers := [name for name in known if name not in same]:
        notes.append(
            f"{', '.join(strangers)} learnt other things than {same[0]}, and models of different things cannot be "
            "compared."
        )
    if len(same) > MOST_SHOWN:
        notes.append(f"{MOST_SHOWN} models at most stand beside each other, so these are the first of them.")
    return AskedModels(tuple(_filled(cards, same[:MOST_SHOWN])), tuple(notes))


def _filled(cards: Mapping[str, Card], names: list[str]) -> list[str]:
    """Put another model of the same things beside one that is alone; where there is none, take the library's first."""
    if len(names) > 1 or not cards:
        return names
    one = cards[names[0]] if names else next(iter(cards.values()))
    return [*dict.fromkeys([one.name, *alike(cards, one)])][:2]


def alike(cards: Mapping[str, Card], card: Card) -> dict[str, Card]:
    """Return those of the models that are of the same things as one, by name."""
    return {name: other for name, other in cards.items() if are_alike(card, other)}


def choose_models(widget: str) -> None:
    """Write the models chosen with a widget to the address; what else was there belonged to others."""
    st.query_params.from_dict({"models": ",".join(st.session_state[widget])})


def choose_data(widget: str, first: Mapping[str, str]) -> None:
    """Write the first model of the data chosen with a widget to the address, which brings the next one along."""
    st.query_params.from_dict({"models": first[st.session_state[widget]]})


def asked_run(known: Collection[str], living: str | None) -> AskedRun:
    """Return the run that the address asks for; without one, the last that was looked at, or one that lives."""
    name = st.query_params.get("run")
    last = st.session_state.get(LAST_RUN)
    if name is None:
        name = last if isinstance(last, str) and last in known else None
        return AskedRun(name or living, chosen=name is not None, before=last)
    if name in known:
        return AskedRun(name, chosen=True, before=last)
    return AskedRun(note=f"There is no run {name[:64]!r} here; it may have been deleted or renamed.", before=last)


def asked_sweep(known: Collection[str], living: str | None) -> tuple[str | None, str]:
    """Return the sweep that the address asks for, and a sentence where it cannot be had.

    Without one, and where the address names no run, the last that was looked at, or one that lives.
    """
    name = st.query_params.get("sweep")
    if name in known:
        return name, ""
    if name is not None:
        return None, f"There is no sweep {name[:64]!r} here; it may have been taken from the list."
    if "run" in st.query_params:
        return None, ""
    last = st.session_state.get(LAST_SWEEP)
    return (last if last in known else None if LAST_RUN in st.session_state else living), ""


def choose_sweep(name: str) -> None:
    """Write a sweep to the address and keep it in mind; an empty name takes back what was chosen."""
    for key in (LAST_RUN, LAST_SWEEP):
        st.session_state.pop(key, None)
    if name:
        st.session_state[LAST_SWEEP] = name
    if st.query_params.to_dict() != (wanted := {"sweep": name} if name else {}):
        st.query_params.from_dict(wanted)


def choose_run(name: str) -> None:
    """Write a run to the address and keep it in mind; an empty name takes back what was chosen."""
    st.session_state.pop(LAST_SWEEP, None)
    if name:
        st.session_state[LAST_RUN] = name
        if st.query_params.get("run") != name:
            st.query_params.from_dict({"run": name})
    else:
        st.query_params.clear()
        st.session_state.pop(LAST_RUN, None)


def asked_class(card: Card) -> tuple[int | None, str | None]:
    """Return the number of the class that the address asks for, and a sentence where it cannot be had.

    The first class where it asks for none; None for a model that is told no class.
    """
    text = st.query_params.get("class") if st.query_params.get("model", card.name) == card.name else None
    if not card.told:
        return None, text and f"{card.name} is told no class, so the one in the address counts for nothing."
    given = card.latent.given[0]
    if text is None:
        return 0, None
    if text.isascii() and text.isdigit() and len(text) <= 6 and int(text) < card.told:
        return int(text), None
    return 0, f"The {given.name} in the address is not a number from 0 to {card.told - 1}, so this shows the first one."


def choose_class(widget: str) -> None:
    """Write the class chosen with a widget to the address."""
    st.query_params["class"] = str(st.session_state[widget])


def asked_place(card: Card, images: Images | None) -> Asked:
    """Return the code and the image that the address asks for, for a model and its images."""
    model = card.name
    if st.query_params.get("model", model) != model:
        return Asked(model)  # they belong to a model that could not be had
    start = "z = 0" if card.latent.prior == "normal" else "the middle of the codes"
    z, z_note = read_code(st.query_params.get("z"), card.latent.dims, hand.limit(card), start)
    image, image_note = read_image(st.query_params.get("image"), len(images) if images else 0, card.kind.noun)
    if images and image is not None and not images.has(image):
        image_note = f"{images.noun} {image:,}, which the address asks for, is not on this computer, so none is shown."
        image = None
    _, class_note = asked_class(card)
    return Asked(model, z, image, tuple(note for note in (z_note, image_note, class_note) if note))


def asked_images(images: int) -> list[int]:
    """Return the numbers of images, of so many, that the address has among its anchors: `anchors=i:17;z:0.5,-1.2`."""
    parts = st.query_params.get("anchors", "").split(";")[:MOST_ANCHORS]
    numbers = [int(part[2:]) for part in parts if IMAGE_ANCHOR.fullmatch(part)]
    return [number for number in dict.fromkeys(numbers) if number < images]


def read_code(
    text: str | None, dims: int, limit: int = LEAST_LIMIT, start: str = "z = 0"
) -> tuple[list[float] | None, str | None]:
    """Read a code within ±`limit` as an address has it; return it, or None and the sentence that says why not.

    start: what the page begins at instead, in words.
    """
    if text is None:
        return None, None
    try:
        z = [float(value) for value in text.split(",")]
    except ValueError:
        return None, f"The code z in the address is not {dims} numbers with commas between, so this starts at {start}."
    if len(z) != dims:
        return (
            None,
            f"The code z in the address has {_count(len(z))}, and this model takes {dims}; it starts at {start}.",
        )
    if not all(math.isfinite(value) and abs(value) <= limit for value in z):
        return None, f"The code z in the address leaves −{limit} to {limit}, so this starts at {start}."
    return z, None


def read_image(text: str | None, images: int, noun: str = "image") -> tuple[int | None, str | None]:
    """Read an image's number as an address has it; return it, or None and the sentence that says why not.

    noun: what it is called where it is of another kind.
    """
    if text is None or not images:
        return None, None
    # The length is looked at first: Python refuses to read numbers of thousands of digits.
    if text.isascii() and text.isdigit() and len(text) <= 12 and int(text) < images:
        return int(text), None
    return (
        None,
        f"The {noun} in the address is not a number from 0 to {images - 1:,}, so none is shown.",
    )


def is_form_open() -> bool:
    """Say whether the form for another training run is unfolded."""
    return bool(st.session_state.get(FORM_OPEN, False))


def unfold_form() -> None:
    """Show the form for another training run."""
    st.session_state[FORM_OPEN] = True


def fold_form() -> None:
    """Put the form for another training run away."""
    st.session_state[FORM_OPEN] = False


def choose_model(widget: str) -> None:
    """Write the model chosen with a widget to the address; the code and the image there belonged to another model."""
    st.query_params.from_dict({"model": st.session_state[widget]})


def remember_model(name: str) -> None:
    """Keep the model in mind for the pages that are opened next.

    One that a page begins with by itself, and nobody asked for, does not take the place of one that was chosen.
    """
    if st.query_params.get("model") == name or LAST_MODEL not in st.session_state:
        st.session_state[LAST_MODEL] = name


def leave_model(now: str | None) -> None:
    """Go on with a model under another name, or with another one where `now` is None: this one is called so no more."""
    st.query_params.from_dict({} if now is None else {"model": now})
    st.session_state.pop(LAST_MODEL, None)


def _count(n: int) -> str:
    return "1 number" if n == 1 else f"{n} numbers"
