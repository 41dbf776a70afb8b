"""Page parts used more than once: style, model picker, facts, sheets of samples."""

import html
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import streamlit as st
from PIL import Image
from streamlit.navigation.page import StreamlitPage

from vae.colours import THEMES
from vae.datasets.bundled import sample_of
from vae.errors import InputError
from vae.explore.draws import draw_codes
from vae.explore.explorer import Explorer
from vae.explore.likelihood import NO_LIKELIHOOD
from vae.explore.search import can_search
from vae.families import Ability, title_of
from vae.home import PROJECT
from vae.kinds.kind import Paper
from vae.library.cards import DEAD_KL, FAINT_KL, Card
from vae.library.origin import Found, Origin
from vae.library.shelf import Broken, Model, list_models
from vae.measures.alike import MOST_SHOWN, are_alike
from web.door.hidden import hidden
from web.opened.explorers import explorer
from web.opened.factors import factor_names
from web.page import state
from web.page.worlds import World
from web.words import glossary
from web.words.threeparts import three_parts
from web.work import fetching

FORMING = PROJECT / "assets" / "forming"
FIRST_MODEL = "mnist-2d"
"""What a visitor sees who has chosen nothing."""

ORDER = (
    "mnist-2d", "mnist-16d", "fashion-2d", "fashion-16d", "shapes-8d", "beats-8d", "mnist-c-8d", "mnist-ae-2d",
    "mnist-flow-16d", "mnist-discrete", "mnist-vq", "mnist-gan-16d", "mnist-denoise-16d", "fashion-denoise-16d",
    "mnist-without-4",
)  # fmt: skip
"""The bundled models from the easiest to see into to the others; a person's own follow, the newest first."""

FIRST_COMPARED = ("mnist-2d", "mnist-ae-2d")
"""What stands beside each other first: the same plane with a prior and without one."""

SHEET_SIDE, SHEET_FINE = 84, 2.0
"""Pixels along the longer side of a thing on a contact sheet, about twice as many as the screen's."""

MEASURES = {
    "−ELBO": "negative_elbo",
    "Reconstruction": "reconstruction",
    "Error, root mean square": "rmse",
    "of it, the floor": "floor",
    "KL": "kl",
    "log p(x), at least": "log_likelihood",
    "10-NN accuracy": "knn_accuracy",
    "Active units": "active_units",
    "Codes used": "codes_used",
    "Perplexity of codes": "code_perplexity",
}
"""What a card may have measured, by the title of its column."""

TRAIN_COMMAND = "python -m vae train --dataset mnist-5k --latent-dims 2"


def library() -> tuple[dict[str, Card], list[Broken]]:
    """Return the cards of the models that can be opened, by name in the order to show them, and the other folders."""
    found = list_models()
    models = [model for model in found if isinstance(model, Model)]
    bundled = sorted(
        (m for m in models if m.bundled), key=lambda m: ORDER.index(m.name) if m.name in ORDER else len(ORDER)
    )
    own = sorted((m for m in models if not m.bundled), key=lambda m: m.card.created, reverse=True)
    cards = {model.name: model.card for model in bundled + own}
    return cards, [model for model in found if isinstance(model, Broken)]


def explain_broken(broken: list[Broken]) -> None:
    """Tell of the folders in the library that cannot be opened, without alarm."""
    if not broken:
        return
    count = "One folder" if len(broken) == 1 else f"{len(broken)} folders"
    with st.expander(f"{count} in the library cannot be opened", icon=":material/folder_off:"):
        for model in broken:
            st.markdown(f"**{plain(model.name)}**: {plain(model.reason)}")


def no_models(broken: list[Broken]) -> None:
    """Say what to do where the library is empty, and end the page."""
    st.info("There is no model in the library yet. Train one; it then appears here.")
    train_link("Train a model")
    explain_broken(broken)
    st.stop()


def model_head(
    title: str,
    cards: dict[str, Card],
    broken: list[Broken],
    first: str | None = None,
    classes: bool = False,
) -> tuple[Card, tuple[str, ...]]:
    """Show the head of a page about one model: its title, the choice of a model and what that is.

    Returns the model's card, and what could not be had. Ends the page where there are no models. first: as for
    `model_picker`. classes: whether the class is chosen here that a conditional model decodes codes with.
    """
    page = title.lower()
    bar = st.container(key=f"{page}_bar", horizontal=True, vertical_alignment="center", gap="medium")
    bar.title(title, anchor=False, width="content")
    if not cards:
        no_models(broken)
    with bar:
        card, notes = model_picker(cards, page, first, classes)
        if classes and card.told:
            notes += class_picker(card, page)
    with bar.popover("About this model", icon=":material/info:"):
        st.caption(facts(card), help=f"−ELBO is the {elbo_of(card.kind.noun)}" if _bound(card) else None)
        if card.origin is not None and card.origin.graphs:
            st.caption(came_as(card.origin))
    return card, notes


LACKS: dict[Ability, str] = {
    "encode": "has no encoder: it can draw {nouns}, but it cannot look at one, and that is where this page begins.",
}
"""What is said of a model that cannot do what a page needs."""


def check_able(card: Card, broken: list[Broken], *needs: Ability) -> None:
    """End the page with a sentence, and the way to one that works, where a model cannot do what the page needs."""
    lacks = [ability for ability in needs if ability not in card.can]
    if not lacks:
        return
    said = card.kind.say(LACKS.get(lacks[0], f"cannot {lacks[0]}, and that is what this page needs."))
    st.info(plain(f"{card.name} {said}"), icon=":material/visibility_off:")
    model_link(card, "explore", f"See what {plain(card.name)} draws")
    how_trained(card)
    explain_broken(broken)
    st.stop()


@contextmanager
def opening(card: Card, broken: list[Broken]) -> Iterator[None]:
    """End the page with a sentence where the model cannot be opened in this block."""
    try:
        yield
    except InputError as error:
        st.warning(plain(f"{card.name} cannot be opened. {error}"), icon=":material/broken_image:")
        explain_broken(broken)
        st.stop()


def model_picker(
    cards: dict[str, Card], page: str, first: str | None = None, classes: bool = False
) -> tuple[Card, tuple[str, ...]]:
    """Let the visitor choose a model, in the address and here; return its card, and what could not be had.

    first: the model that the page shows where the address names none, if not the last that was looked at. classes:
    whether the class of a conditional model is chosen beside it, which then needs the room.
    """
    asked = state.asked_model(cards, FIRST_MODEL if FIRST_MODEL in cards else next(iter(cards)), first)
    widget = f"{page}.model"
    st.session_state[widget] = asked.model
    st.selectbox(
        "Model",
        list(cards),
        key=widget,
        on_change=state.choose_model,
        args=(widget,),
        label_visibility="collapsed",
        width=220 if classes and cards[asked.model].told else 260,
    )
    state.remember_model(asked.model)
    return cards[asked.model], asked.notes


def models_picker(cards: dict[str, Card], asked: state.AskedModels) -> tuple[str, ...]:
    """Let the visitor choose the data, and two to four models of it, in the address and here; return their names."""
    groups: dict[str, str] = {}  # title of the data -> its first model
    for card in cards.values():
        if not any(are_alike(card, cards[first]) for first in groups.values()) and len(state.alike(cards, card)) > 1:
            groups[plain(card.data.title)] = card.name
    names = asked.names
    if not names or not groups:
        return names
    same = state.alike(cards, cards[names[0]])
    here = next((title for title, first in groups.items() if first in same), next(iter(groups)))
    st.session_state["compare.data"], st.session_state["compare.models"] = here, list(names)
    if len(groups) > 1:
        st.selectbox(
            "Data",
            list(groups),
            key="compare.data",
            on_change=state.choose_data,
            args=("compare.data", groups),
            label_visibility="collapsed",
            width=230,
        )
    st.multiselect(
        "Models",
        list(same),
        key="compare.models",
        on_change=state.choose_models,
        args=("compare.models",),
        max_selections=MOST_SHOWN,
        placeholder="Two models or more",
        label_visibility="collapsed",
        width="stretch",
    )
    return names


def too_few(broken: list[Broken]) -> None:
    """Say what to do where there is only one model of its data, and end the page."""
    st.info("Comparing takes two models of the same data or more. Choose another above, or train one.")
    train_link("Train a model")
    explain_broken(broken)
    st.stop()


def class_picker(card: Card, page: str) -> tuple[str, ...]:
    """Let the visitor choose the class that a conditional model is told, in the address and here."""
    given, (number, note) = card.latent.given[0], state.asked_class(card)
    widget = f"{page}.class"
    st.session_state[widget] = number
    st.selectbox(
        given.name.capitalize(),
        range(card.told),
        format_func=lambda choice: f"{given.name} {given.choices[choice]}",
        key=widget,
        on_change=state.choose_class,
        args=(widget,),
        label_visibility="collapsed",
        width=125,
    )
    return (note,) if note else ()


def show_notes(*notes: str) -> None:
    """Show calm sentences about what was asked for and could not be had."""
    for note in notes:
        st.info(plain(note), icon=":material/info:")


def show_fetch(name: str, title: str) -> None:
    """Show how far a data set's download is while one is under way, and what went wrong with the last one."""
    fetched = fetching.under_way(name)
    if fetched is None:
        return
    if not fetched.ended:
        st.fragment(_progress, run_every=0.5)(fetched, title)
    elif fetched.error:
        st.warning(plain(fetched.error), icon=":material/cloud_off:")


def _progress(fetched: fetching.Fetch, title: str) -> None:
    if fetched.ended:
        st.rerun()
    stage = "Connecting" if fetched.progress.stage == "start" else fetched.progress.stage.capitalize()
    st.progress(fetched.share, text=plain(f"{title}: {stage}"))


def dims(card: Card) -> str:
    """Say how many latent dimensions a model has, and how many of them carry something, are faint and dead."""
    n, grades = card.latent.dims, card.grades
    noun = "latent dimension" if n == 1 else "latent dimensions"
    faint, dead = grades.count("faint"), grades.count("dead")
    if not faint + dead:
        return f"{n} {noun}"
    rest = " and ".join(f"{count} {grade}" for count, grade in ((faint, "faint"), (dead, "dead")) if count)
    return f"{n} {noun}, {rest}"


def elbo_of(*nouns: str) -> str:
    """Say what −ELBO stands for and means, for models of things that are called so."""
    return (
        f"negative evidence lower bound: what a test {' or '.join(nouns)} costs the model on average, in nats. It is "
        "the reconstruction plus the KL of the code. Grey pixels cost something even when they are drawn exactly: "
        "that is the floor. Between models of the same data, lower is better."
    )


def _bound(card: Card) -> float | None:
    return card.metrics.get("negative_elbo")


def facts(card: Card) -> str:
    """Say in one line what a model is: data, latent size, what it costs to encode a thing, or to reconstruct it."""
    parts = [plain(card.data.title), dims(card)]
    if (elbo := _bound(card)) is not None:
        parts.append(f"−ELBO\u00a0{_signed(elbo)}\u00a0nats")
    elif (error := card.metrics.get("reconstruction")) is not None:
        parts.append(f"reconstruction\u00a0{_signed(error)}\u00a0nats")
    elif (missed := card.metrics.get("rmse")) is not None:
        parts.append(f"error\u00a0{missed:.3f} root mean square")
    if (title := title_of(card.family)) is not None and card.family != "gaussian":
        parts.insert(1, title)
    parts.append(f"{plain(card.network)} network" + (f", β = {card.beta:g}" if card.beta != 1 else ""))
    return " · ".join(parts + _trained_on(card))


def _trained_on(card: Card) -> list[str]:
    """Say what a model's training left out, or asked for beyond the ordinary."""
    said = []
    if (corruption := str(card.training.get("corruption"))) in (known := card.kind.corruptions):
        said.append(f"trained to undo: {known[corruption].title}")
    if (without := card.training.get("without")) is not None:
        said.append(f"trained without class {plain(str(without))}")
    return said


def _signed(nats: float) -> str:
    """Write nats with one decimal and a true minus; a density's may be below 0."""
    return f"{nats:.1f}".replace("-", "−")


def explain(card: Card, texts: Sequence[tuple[str, str]]) -> None:
    """Show those of a page's texts that are true of a model; questions are folded, and terms open their entries."""
    show_explanation(told(card, texts))


def told(card: Card, texts: Sequence[tuple[str, str]]) -> str:
    """Join those of a page's texts that are true of a model, in their order.

    texts: what each is of: an ability, or "no" and one that it has not; the kind of its things; its likelihood, or
    "likelihood" where it is known at all; "search" where codes can be searched for; "scale" where the likelihood has
    learnt one; "factors" where it is known what its things were drawn from; "" for all; several with commas between
    them, all of which must hold. In braces stand the
    words for its things. A text may begin with a question, "## Why …?"; one that does not goes on where the one before
    it ended.
    """
    scaled = {"scale"} if card.scale and not card.kind.pixels else set()
    known = set() if card.measured_by == NO_LIKELIHOOD else {"likelihood", card.measured_by}
    drawn = {"factors"} if factor_names(card) else set()
    searched = {"search"} if can_search(card) else set()
    true = {"", card.item.kind, *card.can} | scaled | known | drawn | searched

    def holds(one: str) -> bool:
        return one[3:] not in true if one.startswith("no ") else one in true

    some = [text for of, text in texts if all(map(holds, of.split(", ")))]
    return "\n".join(text.format_map(words(card)) for text in some)


def show_explanation(text: str) -> None:
    """Show an explanation in Markdown, its questions folded, with the glossary's entries behind its terms."""
    st.markdown(glossary.fold(text, "about"), unsafe_allow_html=True)


def words(card: Card) -> dict[str, str]:
    """Return what a page's texts call a model's things, and what it draws."""
    noun, nouns = card.kind.noun, card.kind.nouns
    drawn, drawns = card.kind.seen
    return {
        "noun": noun,
        "a_noun": with_article(noun),
        "nouns": nouns,
        "Nouns": nouns.capitalize(),
        "drawn": drawn,
        "a_drawn": with_article(drawn),
        "drawns": drawns,
        "style": card.kind.style,
    }


def with_article(noun: str) -> str:
    """Put an article before a noun."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def how_trained(card: Card) -> None:
    """Show the command that trains a model again, what was measured, and how; of another's what was found out of it."""
    title = "Where this model comes from" if card.origin else "How this model was trained"
    measured = " and how it was measured" if card.origin else " and measured"
    with st.expander(title + measured, icon=":material/model_training:"):
        command = str(card.training.get("command", "")) or "not recorded"
        came_from(card)
        # Not st.code: its highlighter keeps the browser busy for 0.3 s before anything below the page's head appears.
        st.html(f'<pre class="command"><code>{html.escape(command)}</code></pre>')
        if bar := three_parts(card):
            st.html(bar)
        if table := measurements(card):
            st.markdown(table)
            st.caption(glossary.mark(measured_how(card), "measured"), unsafe_allow_html=True)
        if conditions := card.metrics.get("conditions"):
            said = (
                str(conditions).replace("; ", ", ").replace(" 1 sample(s)", " 1 sample").replace("sample(s)", "samples")
            )
            st.caption(f"Measured {'on' if said[0].isdigit() else 'so:'} {plain(said)}.")
        sample = sample_of(card.data.name)
        came = (
            f" {len(sample)} of its test {card.kind.nouns} come with this program, under that licence."
            if sample
            else ""
        )
        licence = f"Licence: {plain(card.data.licence)}.{came}"
        st.caption(f"Data: {plain(card.data.title)}, {plain(card.data.source)}. {licence}")


def came_as(origin: Origin) -> str:
    """Say in a sentence which files another's model came as, and what wrote them."""
    files = [origin.graphs[does] for does in ("encoder", "decoder") if does in origin.graphs]
    named = [f"{plain(graph.file)}, written by {plain(graph.producer or 'an unknown program')}" for graph in files]
    return f"It came as {'; and '.join(named)}. What was found out about it stands at the foot of the page."


def came_from(card: Card) -> None:
    """Show what was found out about another's model, and by what."""
    if card.origin is None:
        return
    lines = [f"**{plain(each.what)}**: {plain(each.value)} ({_settled(each)})" for each in card.origin.findings]
    st.markdown("\n".join(f"- {line}" for line in [*lines, *map(plain, card.origin.notes)]))


def _settled(found: Found) -> str:
    """Say how a thing was settled, and where it is in doubt."""
    return plain(found.how) + ("" if found.sure else ", not sure")


def measured_how(card: Card) -> str:
    """Explain the table of what was measured of a model, as far as it goes."""
    noun, nouns, metrics = card.kind.noun, card.kind.nouns, card.metrics
    nats = "Reconstruction, KL and −ELBO" if _bound(card) is not None else "Reconstruction"
    said = [f"{nats} in nats {with_article(noun)}, with the standard error of the mean."]
    if card.measured_by == NO_LIKELIHOOD:
        kl = " KL is in **nats**." if metrics.get("kl") is not None else ""
        unit = "where black is 0 and white is 1" if card.kind.pixels else "in the data's own unit"
        said = [f"The error is of what the middle of each code decodes to, {unit}.{kl}"]
    if card.measured_by == "bernoulli":
        said.append(
            "Grey levels count as probabilities. So the nats bound the mean log-probability of the image turned black "
            "and white at random, pixel by pixel; they are no density."
        )
    if metrics.get("floor") is not None:
        said.append("The **floor** is what the grey levels cost by themselves: no model gets under it.")
    if metrics.get("log_likelihood") is not None:
        said.append(
            "**log p(x)** is estimated by **importance sampling**, from the encoder's own draws. Where the encoder "
            "misses a second mode it is too low."
        )
    if metrics.get("knn_accuracy") is not None:
        said.append(
            f"**10-NN accuracy** is the share of test {nouns} whose class is the most frequent one among the nearest "
            "training codes."
        )
    if metrics.get("active_units") is not None:
        said.append(
            f"An **active unit** is one whose mean varies over the test {nouns} by more than 0.01 (Burda et al. 2015). "
            f"Elsewhere dimensions are told by their KL: **dead** below {DEAD_KL:g} nats, **faint** below {FAINT_KL:g}."
        )
    if metrics.get("code_perplexity") is not None:
        said.append(
            f"The **perplexity of codes** is how many codes those in use would be if all were used alike: of "
            f"{card.codes} at most {card.codes}."
        )
    return " ".join(said)


def measurements(card: Card) -> str:
    """Lay what was measured of a model out as a table in Markdown; an empty string where nothing was."""
    metrics = card.metrics
    cells = {}
    for title, name in MEASURES.items():
        if (value := metrics.get(name)) is None:
            continue
        error = metrics.get(f"{name}_standard_error")
        cells[title] = _figure(name, value) + ("" if error is None else f" ± {error:.2f}")
    if not cells:
        return ""
    rows = (cells, ["---:"] * len(cells), cells.values())
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _figure(name: str, value: float) -> str:
    if name == "knn_accuracy":
        return f"{100 * value:.1f} %"
    if name == "rmse":
        return f"{value:.4f}"
    return plain(str(value)) if name in ("active_units", "codes_used") else f"{value:.2f}"


def contact_sheet(card: Card, rows: int, columns: int) -> tuple[bytes, str] | None:
    """Return a PNG of what a model draws, always the same, and what it shows; None where it cannot be opened.

    columns: of square things; wider ones are fewer, so that all sheets have about the same proportions.
    """
    theme = "dark" if st.context.theme.type == "dark" else "light"
    try:
        return _contact_sheet(card.name, card.files.get("decoder.onnx", card.created), rows, columns, theme)
    except InputError:
        return None


@st.cache_data(max_entries=64, show_spinner=False)
def _contact_sheet(name: str, checksum: str, rows: int, columns: int, theme: str) -> tuple[bytes, str]:
    """The checksum only tells one state of the model from another."""
    opened = explorer(name)
    card, colours = opened.card, THEMES[theme]
    paper = Paper(SHEET_SIDE, SHEET_FINE, replace(colours, paper=colours.wash))  # a sheet is told from the page
    pictures = card.kind.draw(_samples(opened, rows * columns), card.item, paper)
    height, width = pictures.shape[1:3]
    shown = pictures[: rows * max(1, min(columns, round(columns * height / width)))]
    sheet = tile(shown, rows, len(shown) // rows)
    draws = "draw" in card.can or opened.codes() is None
    said = f"random draws from {name}" if draws else f"test {card.kind.nouns} as {name} redraws them"
    return png(sheet, max(1, round(SHEET_SIDE / max(height, width)))), f"{len(shown)} {said}"


def _samples(opened: Explorer, n: int) -> np.ndarray:
    """Return n things that a model draws from its prior, each class in its turn; without a prior, n that it redraws."""
    random, codes = np.random.default_rng(7), opened.codes()
    if "draw" not in opened.card.can and codes is not None:
        return opened.redraw(codes, random.permutation(len(codes.centre))[:n].repeat(1 + n // len(codes.centre))[:n])
    z = draw_codes(opened, n, 7) if "draw" in opened.card.can else random.standard_normal((n, opened.card.latent.dims))
    return opened.decode(z, np.arange(n) % opened.card.told if opened.card.told else None)


def tile(pictures: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Lay pictures [rows * columns, H, W, C] side by side; returns [rows * H, columns * W, C]."""
    height, width, channels = pictures.shape[1:]
    grid = pictures.reshape(rows, columns, height, width, channels)
    return grid.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)


def png(picture: np.ndarray, scale: int = 3) -> bytes:
    """Return a uint8 picture [H, W, C] as PNG, enlarged with hard-edged pixels."""
    enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
    file = io.BytesIO()
    Image.fromarray(enlarged.squeeze(-1) if enlarged.shape[-1] == 1 else enlarged).save(file, "PNG")
    return file.getvalue()


def what_will_happen() -> None:
    """Show in pictures how a latent map forms, to those who have not trained anything yet.

    `python benchmarks/storyboard.py` draws them from the snapshots of a real run.
    """
    scheme = "dark" if st.context.theme.type == "dark" else "light"
    captions = (FORMING / "captions.txt").read_text("utf-8").splitlines()
    with st.container(key="forming", horizontal=True, gap="small"):
        for n, caption in enumerate(captions):
            st.image(FORMING / f"{scheme}-{n}.png", caption=caption, width="stretch", alt=f"The map: {caption}.")
    st.caption(
        "What you will see: where the encoder puts 1,000 images of digits, a colour for each digit, before the first "
        f"step and up to the last one, here {captions[-1]} later; below, what the decoder gives back of eight of them."
    )


def model_link(card: Card, page: str, label: str, icon: str = ":material/arrow_forward:") -> None:
    """Show the link that opens a model on a page, "explore" or "map"; without an icon where that is empty."""
    st.page_link(_page(page), label=label, icon=icon or None, query_params={"model": card.name})


def own() -> list[str]:
    """Return the names of a person's own models."""
    return [model.name for model in list_models() if isinstance(model, Model) and not model.bundled]


def world_card(world: World, chosen: Card) -> None:
    """Show a world as a card that is a link as a whole: what its models draw, its name, and a switch between sizes."""
    shown = world.first(chosen.name)
    here = "now" if shown.name == chosen.name else "other"
    with st.container(border=True, gap="xsmall", height="stretch", key=f"world_{here}_{shown.name}"):
        if sheet := contact_sheet(shown, rows=2, columns=8):
            st.image(sheet[0], width="stretch", alt=sheet[1])
        model_link(shown, "home", plain(world.title), "")
        with st.container(horizontal=True, gap="xsmall", key=f"sizes_{shown.name}"):
            for card in world.models:
                n = card.latent.dims
                mark = "now" if card.name == chosen.name else "size"
                with st.container(width="content", key=f"{mark}_of_{card.name}"):
                    model_link(card, "home", f"{n} numbers" if n > 1 else "1 number", "")


def door(page: str, card: Card, title: str, icon: str) -> None:
    """Show the link that leads to a page with a model; a page about no model gets none."""
    query = {} if page == "train" else {"model": card.name}
    st.page_link(_page(page), label=title, icon=icon, query_params=query)


def in_short(card: Card) -> str:
    """Say in a few words what sets a model apart: its data, how many numbers, what it is told or trained to undo."""
    said = [plain(card.data.title), dims(card)]
    if (title := title_of(card.family)) is not None and card.family != "gaussian":
        said.append(title)
    return " · ".join(said + _trained_on(card))


def train_link(label: str) -> None:
    """Show the link that opens the Train page."""
    st.page_link(_page("train"), label=label, icon=":material/model_training:")


def _page(name: str) -> StreamlitPage:
    url = "" if name == "home" else name
    return st.Page(PROJECT / "pages" / f"{name}.py", title=name.capitalize(), url_path=url, default=not url)


LINKS = re.compile(r"www(?=\.)|://|@", re.IGNORECASE)
"""Where Markdown makes a link of what is written without brackets; it looks for them after escapes have gone."""


def plain(text: str) -> str:
    """Keep what a file or an address says from being read as markup, or as a link to somewhere."""
    text = LINKS.sub(lambda link: f"{link[0]}\N{WORD JOINER}", hidden(text))
    return "".join(f"\\{character}" if character in "\\`*_{}[]()<>#$|~:&" else character for character in text)
