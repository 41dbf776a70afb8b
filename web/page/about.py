"""What is said of a model by its card: in a line, in a few words, in a table, in the texts that are true of it."""

import re
from collections.abc import Sequence

from vae.datasets.sources import DATASETS
from vae.explore.likelihood import NO_LIKELIHOOD
from vae.explore.search import can_search
from vae.families import title_of
from vae.library.cards import DEAD_KL, FAINT_KL, Card
from vae.library.origin import Origin
from web.door.hidden import hidden
from web.opened.factors import factor_names

MEASURES = {
    "−ELBO": "negative_elbo",
    "Reconstruction": "reconstruction",
    "Error, root mean square": "rmse",
    "of it, the floor": "floor",
    "KL": "kl",
    "Bits a number": "bits_per_dim",
    "log p(x), at least": "log_likelihood",
    "10-NN accuracy": "knn_accuracy",
    "Active units": "active_units",
    "Codes used": "codes_used",
    "Perplexity of codes": "code_perplexity",
    "R² of its head": "predict_r2",
}
"""What a card may have measured, by the title of its column."""


def dims(card: Card) -> str:
    """Say how large a code is, and how many of its dimensions, or of its choices, are faint and dead."""
    choices, grades = card.latent.choices, card.grades
    if choices:
        grades = [grades[ways.start] for ways in choices]
    n = len(grades)
    said = size(card) if choices else f"{n} latent dimension{'' if n == 1 else 's'}"
    faint, dead = grades.count("faint"), grades.count("dead")
    rest = " and ".join(f"{count} {grade}" for count, grade in ((faint, "faint"), (dead, "dead")) if count)
    return f"{said}, {rest}" if rest else said


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


def told(card: Card, texts: Sequence[tuple[str, str]]) -> str:
    """Join those of a page's texts that are true of a model, in their order.

    texts: what each is of: an ability, or "no" and one that it has not; the kind of its things; its likelihood, or
    "likelihood" where it is known at all; "search" where codes can be searched for; "scale" where the likelihood has
    learnt one; "predicts" where a head tells an attribute; "factors" where it is known what its things were drawn from;
    "" for all; several with commas between them, all of which must hold. In braces stand the words for its things. A
    text may begin with a question, "## Why …?"; one that does not goes on where the one before
    it ended.
    """
    scaled = {"scale"} if card.scale and not card.kind.pixels else set()
    known = set() if card.measured_by == NO_LIKELIHOOD else {"likelihood", card.measured_by}
    drawn = {"factors"} if factor_names(card) else set()
    searched = {"search"} if can_search(card) else set()
    heads = {"predicts"} if card.predicts else set()
    true = {"", card.item.kind, *card.can} | scaled | known | drawn | searched | heads

    def holds(one: str) -> bool:
        return one[3:] not in true if one.startswith("no ") else one in true

    some = [text for of, text in texts if all(map(holds, of.split(", ")))]
    return "\n".join(text.format_map(words(card)) for text in some)


def note(card: Card) -> str:
    """Return the sentence that stands on every page about a model of such data; "" where there is none."""
    source = DATASETS.get(card.data.name)
    return source.note if source else ""


def judged(card: Card) -> str:
    """Return what scores of unusual things measure on such data, in Markdown; "" where nothing is said of it."""
    source = DATASETS.get(card.data.name)
    return source.judged if source else ""


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


def came_as(origin: Origin) -> str:
    """Say in a sentence which files another's model came as, and what wrote them."""
    files = [origin.graphs[does] for does in ("encoder", "decoder") if does in origin.graphs]
    named = [f"{plain(graph.file)}, written by {plain(graph.producer or 'an unknown program')}" for graph in files]
    return f"It came as {'; and '.join(named)}. What was found out about it stands at the foot of the page."


def measured_how(card: Card) -> str:
    """Explain the table of what was measured of a model, as far as it goes."""
    noun, nouns, metrics = card.kind.noun, card.kind.nouns, card.metrics
    nats = "Reconstruction, KL and −ELBO" if _bound(card) is not None else "Reconstruction"
    said = [f"{nats} in nats {with_article(noun)}, with the standard error of the mean."]
    if card.measured_by == NO_LIKELIHOOD:
        kl = " KL is in **nats**." if metrics.get("kl") is not None else ""
        unit = "where black is 0 and white is 1" if card.kind.pixels else "in the data's own unit"
        said = [f"The error is of what the middle of each code decodes to, {unit}.{kl}"]
    if card.training.get("targets") == "binarized":
        said.append(f"Each test {noun} was turned black and white once, by chance and its grey levels.")
    elif card.measured_by == "bernoulli":
        said.append(
            "Grey levels count as probabilities. So the nats bound the mean log-probability of the image turned black "
            "and white at random, pixel by pixel; they are no density."
        )
    if metrics.get("bits_per_dim") is not None:
        said.append(
            f"**Bits a number** are −ELBO in bits, shared out over the {card.kind.elements} and their channels."
        )
    if metrics.get("floor"):
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


def in_short(card: Card) -> str:
    """Say in a few words what sets a model apart: its data, how many numbers, what it is told or trained to undo."""
    said = [plain(card.data.title), dims(card)]
    if (title := title_of(card.family)) is not None and card.family != "gaussian":
        said.append(title)
    return " · ".join(said + _trained_on(card))


LINKS = re.compile(r"www(?=\.)|://|@", re.IGNORECASE)
"""Where Markdown makes a link of what is written without brackets; it looks for them after escapes have gone."""


def plain(text: str) -> str:
    """Keep what a file or an address says from being read as markup, or as a link to somewhere."""
    text = LINKS.sub(lambda link: f"{link[0]}\N{WORD JOINER}", hidden(text))
    return "".join(f"\\{character}" if character in "\\`*_{}[]()<>#$|~:&" else character for character in text)


def space(card: Card) -> str:
    """Say how large latent space is, in the field's words: its dimensions, or its choices."""
    dims = card.latent.dims
    return size(card) if card.latent.choices else f"{dims} latent dimension{'' if dims == 1 else 's'}"


def size(card: Card) -> str:
    """Say how large a code is: its numbers, or its choices and the ways of each."""
    latent = card.latent
    if choices := latent.choices:
        ways = choices[0].stop - choices[0].start
        return f"{len(choices)} cells of {ways} codes" if latent.grid else f"{len(choices)} choices of {ways} ways"
    return "1 number" if latent.dims == 1 else f"{latent.dims} numbers"
