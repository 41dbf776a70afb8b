"""Page parts used more than once: the head, pickers, explanations, links."""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from vae.datasets.bundled import sample_of
from vae.errors import InputError
from vae.families import Ability
from vae.home import PROJECT
from vae.library.cards import Card
from vae.library.shelf import Broken, Model, list_models
from vae.measures.alike import MOST_SHOWN, are_alike
from web.page import about, sheets, state
from web.page.worlds import World
from web.words import glossary
from web.words.threeparts import three_parts
from web.work import fetching

FORMING = PROJECT / "assets" / "forming"
FIRST_MODEL = "mnist-2d"
"""What a visitor sees who has chosen nothing."""

ORDER = (
    "mnist-2d", "mnist-16d", "fashion-2d", "fashion-16d", "shapes-8d", "beats-8d", "tastes-8d", "names-32d",
    "qm9-32d", "phantoms-6d", "vowels-16d", "mnist-c-8d", "mnist-ae-2d", "mnist-flow-16d", "mnist-ladder",
    "mnist-discrete", "mnist-vq", "mnist-gan-16d", "mnist-denoise-16d", "fashion-denoise-16d", "mnist-without-4",
)  # fmt: skip
"""The bundled models from the easiest to see into to the others; a person's own follow, the newest first."""

FIRST_COMPARED = ("mnist-2d", "mnist-ae-2d")
"""What stands beside each other first: the same plane with a prior and without one."""

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
            st.markdown(f"**{about.plain(model.name)}**: {about.plain(model.reason)}")


def no_models(broken: list[Broken]) -> None:
    """Say what to do where the library is empty, and end the page."""
    st.info("There is no model in the library yet. Train one; it then appears here.")
    train_link("Train a model")
    explain_broken(broken)
    st.stop()


def say_for_a_room(page: str, *names: str | None) -> None:
    """Say which page this is and what it shows, in projector mode alone, which hides the head and its pickers.

    A page that shows nothing yet has its ways to begin there.
    """
    shown = [name for name in names if name]
    kind = "for-a-room" if shown else "for-a-room begins"
    st.html(f'<p class="{kind}">{html.escape(" · ".join([page, *shown]))}</p>')


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
        st.caption(
            about.facts(card),
            help=f"−ELBO is the {about.elbo_of(card.kind.noun)}" if card.metrics.get("negative_elbo") else None,
        )
        if card.origin is not None and card.origin.graphs:
            st.caption(about.came_as(card.origin))
    say_for_a_room(title, card.name)
    if note := about.note(card):
        st.caption(note)
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
    st.info(about.plain(f"{card.name} {said}"), icon=":material/visibility_off:")
    model_link(card, "explore", f"See what {about.plain(card.name)} draws")
    how_trained(card)
    explain_broken(broken)
    st.stop()


@contextmanager
def opening(card: Card, broken: list[Broken]) -> Iterator[None]:
    """End the page with a sentence where the model cannot be opened in this block."""
    try:
        yield
    except InputError as error:
        st.warning(about.plain(f"{card.name} cannot be opened. {error}"), icon=":material/broken_image:")
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
            groups[about.plain(card.data.title)] = card.name
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
        st.info(about.plain(note), icon=":material/info:")


def show_fetch(name: str, title: str) -> None:
    """Show how far a data set's download is while one is under way, and what went wrong with the last one."""
    fetched = fetching.under_way(name)
    if fetched is None:
        return
    if not fetched.ended:
        st.fragment(_progress, run_every=0.5)(fetched, title)
    elif fetched.error:
        st.warning(about.plain(fetched.error), icon=":material/cloud_off:")


def _progress(fetched: fetching.Fetch, title: str) -> None:
    if fetched.ended:
        st.rerun()
    stage = "Connecting" if fetched.progress.stage == "start" else fetched.progress.stage.capitalize()
    st.progress(fetched.share, text=about.plain(f"{title}: {stage}"))


def explain(card: Card, texts: Sequence[tuple[str, str]]) -> None:
    """Show those of a page's texts that are true of a model; questions are folded, and terms open their entries."""
    show_explanation(about.told(card, texts))


def show_explanation(text: str) -> None:
    """Show an explanation in Markdown, its questions folded, with the glossary's entries behind its terms."""
    st.markdown(glossary.fold(text, "about", st.query_params.get("lang", glossary.FIRST)), unsafe_allow_html=True)


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
        if table := about.measurements(card):
            st.markdown(table)
            st.caption(
                glossary.mark(about.measured_how(card), "measured", st.query_params.get("lang", glossary.FIRST)),
                unsafe_allow_html=True,
            )
        if conditions := card.metrics.get("conditions"):
            said = (
                str(conditions).replace("; ", ", ").replace(" 1 sample(s)", " 1 sample").replace("sample(s)", "samples")
            )
            st.caption(f"Measured {'on' if said[0].isdigit() else 'so:'} {about.plain(said)}.")
        sample = sample_of(card.data.name)
        came = (
            f" {len(sample)} of its test {card.kind.nouns} come with this program, under that licence."
            if sample
            else ""
        )
        licence = f"Licence: {about.plain(card.data.licence)}.{came}"
        st.caption(f"Data: {about.plain(card.data.title)}, {about.plain(card.data.source)}. {licence}")


def came_from(card: Card) -> None:
    """Show what was found out about another's model, and by what."""
    if card.origin is None:
        return
    lines = [
        f"**{about.plain(each.what)}**: {about.plain(each.value)} ({about.plain(each.settled)})"
        for each in card.origin.findings
    ]
    st.markdown("\n".join(f"- {line}" for line in [*lines, *map(about.plain, card.origin.notes)]))


def what_will_happen() -> None:
    """Show in pictures how a latent map forms, to those who have not trained anything yet.

    `python benchmarks/storyboard.py` draws them from the snapshots of a real run.
    """
    scheme = "dark" if st.context.theme.type == "dark" else "light"
    captions = (FORMING / "captions.txt").read_text("utf-8").splitlines()
    with st.container(key="forming", gap="small"):
        with st.container(key="forming-pictures", horizontal=True, gap="small"):
            for n, caption in enumerate(captions):
                st.image(FORMING / f"{scheme}-{n}.png", caption=caption, width="stretch", alt=f"The map: {caption}.")
        st.caption(
            "What you will see: where the encoder puts 1,000 images of digits, a colour for each digit, before the "
            f"first step and up to the last one, here {captions[-1]} later; below, what the decoder gives back of "
            "eight of them."
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
        if sheet := sheets.contact_sheet(shown, rows=2, columns=8):
            st.image(sheet[0], width="stretch", alt=sheet[1])
        model_link(shown, "home", about.plain(world.title), "")
        with st.container(horizontal=True, gap="xsmall", key=f"sizes_{shown.name}"):
            for card in world.models:
                mark = "now" if card.name == chosen.name else "size"
                with st.container(width="content", key=f"{mark}_of_{card.name}"):
                    model_link(card, "home", about.size(card), "")


def door(page: str, card: Card, title: str, icon: str) -> None:
    """Show the link that leads to a page with a model; a page about no model gets none."""
    query = {} if page in ("learn", "train") else {"model": card.name}
    st.page_link(_page(page), label=title, icon=icon, query_params=query)


def train_link(label: str) -> None:
    """Show the link that opens the Train page."""
    st.page_link(_page("train"), label=label, icon=":material/model_training:")


def _page(name: str) -> StreamlitPage:
    url = "" if name == "home" else name
    return st.Page(PROJECT / "pages" / f"{name}.py", title=name.capitalize(), url_path=url, default=not url)
