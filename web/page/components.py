"""One typed Python function for each component that lives in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import streamlit as st
from msgspec import to_builtins
from streamlit.components.v2.types import ComponentRenderer

from vae.coding.bitsback import packs
from vae.data import is_at_hand
from vae.experiments.fidelity import measures_of
from vae.experiments.restoration import fits, methods_of
from vae.experiments.unusual import best_of, scores_of
from vae.explore import hand
from vae.explore.draws import DRAWN_BY_PAGES, few_draws
from vae.explore.plain import looks_plain
from vae.explore.search import can_search
from vae.explore.ways import PATHS
from vae.families import title_of
from vae.kinds.corruptions import trainable
from vae.library.cards import Card
from vae.library.names import names_of
from vae.library.shelf import find
from vae.maps.projections import PROJECTIONS
from vae.measures.alike import other_nats
from vae.measures.figures import FIGURES, from_card
from vae.measures.words.findings import findings
from vae.own.images.picture import Picture, manner_of
from web.door import limits
from web.experiments import unusual
from web.live_files import LIVE_FILES, live_version
from web.opened.examples import are_learnt_at_hand
from web.opened.explorers import explorer
from web.opened.factors import described, factor_names
from web.page import about, state, uses
from web.page.images import Images, base64_of, learnt_by
from web.words import lessons

HERO_IMAGES = 10
"""Things to choose from beside Home's line."""


def explore(card: Card, images: Images | None, z: Sequence[float] | None, image: int | None, key: str) -> bool:
    """Show the explorer: a slider for each latent dimension and the picture that follows them.

    z: the code to start at, or None for the middle of the prior; image: the number of the image to start from, shown
    beside the picture. Both are read again where they change, so that the browser's back button works. Returns whether
    the visitor has just asked for the original images.
    """
    start = images.one(image) if images and image is not None else None
    data = _model(card) | {
        "latent": _space(card),
        "ground": manner_of(card).fit,
        "likelihood": card.measured_by,
        "scale": card.scale,
        "samples": "sample" in card.graphs,
        "weighs": packs(card),
        "images": images.as_data() if images else None,
        "learnt": None if card.part and images else learnt_by(card),
        "searches": "encode" not in card.can and can_search(card),
        "start": {"z": list(z) if z is not None else None, "image": start},
        "factors": described(factor_names(card)) if images and images.factors is not None else [],
    }
    if images:  # other images are another component: the browser builds it anew
        data["checksum"] += images.title
    result = _EXPLORE(data=data, key=key, on_download_change=lambda: None)
    return bool(result.get("download"))


def learn(asked: lessons.Asked, key: str) -> None:
    """Show the list of lessons, or the one that is asked for, in a language."""
    book = lessons.book(asked.language)
    lesson = book.lessons[asked.lesson] if asked.lesson else None
    data = _address() | {
        "lesson": asked.lesson,
        "language": asked.language,
        "languages": lessons.languages(),
        "words": book.frame,
        "room": book.room,
        "code": lessons.code_of(asked.lesson) if asked.lesson else {},
        "class": asked.room,
        "checks": asked.checks,
        "lessons": [
            {"name": name, "title": each.title, "claim": each.claim, "minutes": each.minutes}
            for name, each in book.lessons.items()
        ],
        "chapters": to_builtins(book.chapters),
        "corrections": to_builtins(book.corrections),
        "uses": [tile | to_builtins(book.uses[tile["name"]]) for tile in _tiles(asked)],
        "text": to_builtins(lesson),
    }
    _LEARN(data=data, key=key)


def _tiles(asked: lessons.Asked) -> list[dict[str, Any]]:
    return [] if asked.lesson or asked.room or asked.checks else uses.tiles()


def hero(card: Card, images: Images | None, key: str) -> None:
    """Show the whole machine of a model in one line, live at each of its stations, with a few things to put into it."""
    few = images and replace(images, picked=images.picked[:HERO_IMAGES], download="")
    data = _model(card) | {
        "latent": hand.space(card),
        "ground": manner_of(card).fit,
        "images": few.as_data() if few else None,
    }
    _HERO(data=data, key=key)


def _maps(dims: int) -> list[dict[str, Any]]:
    """Say which maps a space of so many dimensions has, in the order in which they are offered."""
    return [
        {"name": name, "title": each.title, "sentence": each.sentence, "offered": each.offered(dims)}
        for name, each in PROJECTIONS.items()
        if each.suits(dims)
    ]


def latent_map(card: Card, download: str, key: str) -> bool:
    """Show the latent map: the codes of the test images, decoded under the pointer.

    download: what a button says that fetches the test images; empty where they are here or cannot be had. Returns
    whether the visitor has just asked for them.
    """
    data = _model(card) | {
        "latent": hand.space(card),
        "maps": _maps(card.latent.dims),
        "ground": manner_of(card).fit,
        "originals": is_at_hand(card.data.name, card.data.source),
        "download": download,
    }
    data["checksum"] += _of_class(card)
    result = _MAP(data=data, key=key, on_download_change=lambda: None)
    return bool(result.get("download"))


def detect(card: Card, key: str) -> None:
    """Show how well a model's scores tell unusual things from normal ones, with a threshold that one drags."""
    classes, sets = unusual.classes(card), unusual.sets(card)
    data = _model(card) | {
        "ground": manner_of(card).fit,
        "scores": [
            {"name": name, "title": score.title, "unit": score.unit, "sentence": score.sentence, "source": score.source}
            for name, score in scores_of(card).items()
        ],
        "best": best_of(card),
        "choices": {
            # A class is told from others.
            "classes": [{"name": row["name"], "held": row["left_out"]} for row in classes] if len(classes) > 1 else [],
            "sets": sets,
            "corruptions": [
                {"name": name, "title": way.title, "meaning": way.meaning, "amount": way.default}
                for name, way in card.kind.corruptions.items()
                if way.draw is not None
            ],
        },
        "first": _first_test(card, sets),
    }
    _DETECT(data=data, key=key)


def _first_test(card: Card, sets: list[dict[str, Any]]) -> dict[str, str]:
    """Choose what a model is tested against first: what it has never seen, if there is anything."""
    if (held_out := unusual.left_out(card)) is not None:
        return {"kind": "class", "name": held_out}
    if (other := next((row["name"] for row in sets if row["ready"]), None)) is not None:
        return {"kind": "set", "name": other}
    return {"kind": "spoiled", "name": next(iter(trainable(card.kind)))}


def interpolate(card: Card, images: Images | None, asked: Sequence[int], key: str) -> bool:
    """Show paths between pictures: anchors, the picture that follows the hand along the path, where it lies.

    asked: numbers of images in the address, which are sent along where they are not among those to choose from. Returns
    whether the visitor has just asked for the original images.
    """
    data = _model(card) | {
        "latent": _space(card),
        "ground": manner_of(card).fit,
        "paths": {
            name: {"title": path.title, "sentence": path.sentence, "cost": path.cost} for name, path in PATHS.items()
        },
        "images": images.as_data() if images else None,
        "asked": [images.one(number) for number in asked if number not in images.picked] if images else [],
        "originals": is_at_hand(card.data.name, card.data.source),
    }
    data["checksum"] += _of_class(card)
    result = _INTERPOLATE(data=data, key=key, on_download_change=lambda: None)
    return bool(result.get("download"))


def compare(cards: Sequence[Card], images: Images | None, leader: int, key: str) -> None:
    """Show models of the same things under one hand, and their figures beside each other.

    images: things to give to all of them, those of the model `leader`, counted from 0.
    """
    measured = [from_card(card) for card in cards]
    data = _address() | {
        "model": ",".join(card.name for card in cards),
        "checksum": " ".join(card.files.get("decoder.onnx", card.created) for card in cards),
        "item": asdict(cards[0].item),
        "models": [_compared(card) for card in cards],
        "images": images.as_data() if images else None,
        "leader": leader,
        "figures": [
            {"name": name} | asdict(figure)
            for name, figure in FIGURES.items()
            if not figure.factors or any(map(factor_names, cards))
        ],
        "measured": {one.name: {"values": one.values, "why": one.why} for one in measured},
        "findings": findings(measured, same_nats=not other_nats(cards)),
    }
    if images:
        data["checksum"] += images.title
    _COMPARE(data=data, key=key)


def _compared(card: Card) -> dict[str, Any]:
    told = card.latent.given[0] if card.told else None
    return {
        "model": card.name,
        "can": card.can,
        "plain": looks_plain(card),
        "given": told and {"name": told.name, "choices": told.choices, "chosen": 0},
        "source": card.data.source,
        "said": in_few_words(card),
        "latent": _space(card),
    }


def in_few_words(card: Card) -> str:
    """Say what a model is beside others of the same data: its family, its latent space, beta, what it is told."""
    said = [title for title in [title_of(card.family)] if title] + [about.space(card)]
    if "bound" in card.can and card.beta != 1:
        said.append(f"β = {card.beta:g}")
    if card.training.get("corruption"):
        said.append("denoising")
    return ", ".join(said)


def train(run: str | None, for_a_room: str | None, key: str) -> str | None:
    """Show a training run as it happens, its time machine, and below them all runs; only these where `run` is None.

    for_a_room: the run that is opened in projector mode where `run` is None, since a list says little to a room.
    Returns the name of the run that the visitor has just opened in the list, "" where the one shown is no longer there,
    otherwise None.
    """
    opened = _TRAIN(
        data=_address() | {"run": run, "forARoom": for_a_room},
        key=key,
        on_opened_change=lambda: None,
        on_changed_change=lambda: None,
    ).get("opened")
    return None if opened is None else str(opened)


def sweep(name: str | None, labels: Mapping[str, str], key: str) -> tuple[str | None, str | None]:
    """Show the sweeps that there are, and of one how it stands: its table and its curves, which grow.

    labels: what settings are called. Returns the sweep that the visitor has just chosen, "" where the one shown was
    taken from the list, and the run that was opened in it; None where there is nothing new.
    """
    told = _SWEEP(
        data=_address() | {"sweep": name, "labels": dict(labels)},
        key=key,
        on_chosen_change=lambda: None,
        on_opened_change=lambda: None,
    )
    return told.get("chosen"), told.get("opened")


def opened_run(key: str) -> str:
    """Return the run that the visitor has just opened, before the page shows anything; "" where that is none."""
    said: Any = st.session_state.get(key)
    return str((said.get("opened") if hasattr(said, "get") else None) or "")


def add_data(key: str) -> str | None:
    """Show how images or series of one's own become a data set; return the name of the one just added, or None."""
    data = _address() | {"limit_mb": limits.upload_mb()}
    added = _ADD_DATA(data=data, key=key, on_added_change=lambda: None, on_changed_change=lambda: None).get("added")
    return str(added) if added else None


def bring(taken: Sequence[str], key: str) -> str | None:
    """Show how a model of anybody's comes in; return the name of the one just taken in, or None.

    taken: the names that the library has.
    """
    data = _address() | {"limit_mb": limits.upload_mb(), "taken": list(taken)}
    name = _BRING(data=data, key=key, on_taken_change=lambda: None).get("taken")
    return str(name) if name else None


def restore(
    card: Card,
    cards: Mapping[str, Card],
    images: Images | None,
    image: int | None,
    photo: tuple[str, Picture] | None,
    key: str,
) -> str:
    """Show the restorer: a thing, what spoils it, and what the model and others make of that.

    cards: all models, of which those of the same things can be compared; image: the number of the one to begin with;
    photo: one from the camera, and a mark that tells it from others.
    Returns what the visitor has just asked for: "download", the original images; "camera"; or "".
    """
    others = {
        name: other
        for name, other in cards.items()
        if other.item == card.item and "encode" in other.can and name != card.name
    }
    here = {name: method for name, method in methods_of(card.item).items() if fits(method, card.item)}
    absent = [] if are_learnt_at_hand(card) else [name for name, method in here.items() if method.looks == "at learnt"]
    data = _model(card) | {
        "ground": manner_of(card).fit,
        "trained": card.training.get("corruption") or "",
        "images": images.as_data() if images else None,
        "start": {"image": images.one(image) if images and image is not None else None},
        "corruptions": [
            {"name": name, "title": each.title, "meaning": each.meaning, "sentence": each.sentence}
            | {"amount": each.default, "hides": each.hides, "chance": each.chance}
            for name, each in card.kind.corruptions.items()
        ],
        "methods": [
            {"name": name, "title": each.title, "sentence": each.sentence, "holes": each.holes}
            for name, each in here.items()
            if name not in absent
        ],
        "absent": [here[name].title for name in absent],
        "measures": [
            {"name": name, "title": each.title, "unit": each.unit, "better": each.better, "exact": each.exact}
            for name, each in measures_of(card.item).items()
        ],
        "models": [
            {"name": name, "corruption": other.training.get("corruption") or ""} for name, other in others.items()
        ],
        "beside": _counterpart(card, others),
        "camera": photo and {"id": photo[0], "pixels": base64_of(photo[1].pixels), "note": photo[1].note},
    }
    if images:  # other images are another component: the browser builds it anew
        data["checksum"] += images.title
    result = _RESTORE(data=data, key=key, on_download_change=lambda: None, on_camera_change=lambda: None)
    return next((asked for asked in ("download", "camera") if result.get(asked)), "")


def _counterpart(card: Card, others: Mapping[str, Card]) -> str:
    """Name the model to compare one with: of the same data, plain beside denoising, as many dimensions; "" if none."""
    denoising = bool(card.training.get("corruption"))
    alike = [
        name
        for name, other in others.items()
        if other.data.name == card.data.name and bool(other.training.get("corruption")) != denoising
    ]
    return min(alike, key=lambda name: abs(others[name].latent.dims - card.latent.dims), default="")


def _space(card: Card) -> dict[str, Any]:
    """Return what is told of a space to those who draw from it and call its dimensions by their names."""
    return hand.space(card) | {"draws": _draws(card), "names": names_of(find(card.name))}


def _of_class(card: Card) -> str:
    """Tell a component of one class from that of another, where the page has to be built anew."""
    return f" {state.asked_class(card)[0]}" if card.told else ""


def _model(card: Card) -> dict[str, Any]:
    told = card.latent.given[0] if card.told else None
    return _address() | {
        "model": card.name,
        "checksum": card.files.get("decoder.onnx", card.created),
        "item": asdict(card.item),
        "can": card.can,
        "plain": looks_plain(card),
        "given": told and {"name": told.name, "choices": told.choices, "chosen": state.asked_class(card)[0]},
    }


def _draws(card: Card) -> list[list[float]]:
    """Return codes drawn along for the page; no model is opened for a prior that a page draws from by itself."""
    return [] if card.latent.prior in DRAWN_BY_PAGES else few_draws(explorer(card.name))


def _address() -> dict[str, Any]:
    """Say where a component finds the server and its own modules."""
    path = str(st.get_option("server.baseUrlPath")).strip("/")
    return {"base": f"/{path}/" if path else "/", "version": live_version()}


def _component(module: str, *sheets: str) -> ComponentRenderer:
    """Register assets/live/<module>.js as a component, with the style sheet beside it and others that it needs."""
    styles = "\n".join(
        (LIVE_FILES / file).read_text("utf-8") for file in ("shared/tokens.css", f"{module}.css", *sheets)
    )
    # Inline code becomes a blob module, which has no address of its own to import from: so it only fetches the real
    # file. The line breaks make it count as code rather than as a file's name. A page that is open while the server is
    # updated goes on with the version it has, because another one would build a second view beside the first.
    shim = f"""
        const opened = new WeakMap();
        export default async (component) => {{
          const {{ data: {{ base, version }}, parentElement }} = component;
          const file = new URL(`${{base}}live/v-${{version}}/{module}.js`, location.origin);
          const module = opened.get(parentElement) ?? await import(file);
          opened.set(parentElement, module);
          const terms = new URL(`${{base}}live/v-${{version}}/shared/words/glossary.js`, location.origin);
          import(terms).then((glossary) => glossary.default(parentElement));
          return module.default(component);
        }};
    """
    return st.components.v2.component(f"latent_{module.rsplit('/', 1)[1]}", css=styles, js=shim)


_EXPLORE = _component("explore/explore", "shared/line/line.css", "shared/panels.css")
_HERO = _component("home/hero", "shared/line/line.css")
_LEARN = _component("learn/learn", "shared/panels.css", "learn/classroom/classroom.css", "learn/classroom/sheet.css")
_MAP = _component("map/map", "shared/panels.css")
_INTERPOLATE = _component("interpolate/interpolate", "shared/panels.css")
_TRAIN = _component("train/train", "train/time/timemachine.css", "train/runs/runlist.css")
_SWEEP = _component("train/sweep/sweep", "train/train.css")
_ADD_DATA = _component("add/add", "shared/brought.css")
_BRING = _component("bring/bring", "shared/brought.css")
_COMPARE = _component("compare/compare")
_DETECT = _component("detect/detect", "shared/panels.css")
_RESTORE = _component("restore/restore", "shared/panels.css")
