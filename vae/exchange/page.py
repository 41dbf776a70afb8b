"""A model as one HTML file that needs no server: the app's own modules, and the model that answers them, in one page.

The modules of `assets/live/` that one of them reaches go into the page but for their comments, each as a text of its
own under the name that the others import it by; an import map in the page says which text that is. So the file works
from a disk, and asks nobody for anything: its own Content-Security-Policy forbids it.
"""

import base64
import html
import posixpath
import re
from pathlib import Path
from string import Template
from typing import Any

import msgspec

from vae.exchange.carried import carried
from vae.families import FAMILIES, in_a_sentence
from vae.home import PROJECT
from vae.library.cards import Card
from vae.library.shelf import Model

LIVE = PROJECT / "assets" / "live"
FIRST = "alone/alone.js"
"""The module that all others are reached from."""

GLOSSARY = "shared/words/glossary.json"

SHEETS = (
    "shared/tokens.css",
    "shared/panels.css",
    "shared/line/line.css",
    "home/hero.css",
    "explore/explore.css",
    "map/map.css",
    "alone/rooms.css",
)

IMPORT = re.compile(r"""((?:^|\n)(?:import|export)\b[^;"']*?|\bimport\()(["'])(\.{1,2}/[^"']+\.js)\2""")
"""A module's address in a statement or in import(), as the modules here are written: tests/live/modules.test.js."""

COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
"""A comment on lines of its own: what it says stands in the source, and here is a sixth of the file."""

REMARK = re.compile(r"""(?:^|[ \t]+)// [^\n"'`]*$""", re.MULTILINE)
"""A remark after a line, or instead of one; where it quotes something it stays, as it might be a text's own."""

SERVED = frozenset({"explore/weight/weight.js"})
"""What a page opens only where a server answers it; the file does without."""

INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
"""White space before a line: a fifteenth of the modules, and in no text of theirs does it mean anything."""

ROOMS = {
    "machine": ("Machine", "The whole machine", "Draw, drag, and watch the rest follow: everything here is live."),
    "numbers": (
        "Numbers",
        "Turn its numbers",
        "Each slider lies on pictures of where it leads. The {drawn} is computed as you move it.",
    ),
    "map": (
        "Map",
        "Where everything lies",
        "Each point is a test {noun}, where the encoder puts it. Point anywhere: the place becomes a code, and the "
        "code {a_drawn}.",
    ),
}
"""The parts of the page: their names in its head, their titles, and what one can do there."""


def write(model: Model, path: Path) -> None:
    """Write a model as one HTML file at `path`; `InputError` where a browser cannot run its decoder."""
    path.write_text(page_of(model), encoding="utf-8")


def page_of(model: Model) -> str:
    """Return the text of that file, which also lives in a frame's `srcdoc`."""
    said, numbers = carried(model)
    view = model.card.kind.view
    rooms = {name: words for name, words in ROOMS.items() if name != "map" or said["maps"]}
    words = _words(model.card)
    filled = {
        "name": _escaped(model.name),
        "says": _escaped(_says(model.card, words)),
        "style": _style((LIVE / "alone/page.css").read_text("utf-8")),
        "links": "".join(f'<a href="#{name}">{link}</a>' for name, (link, _, _) in rooms.items()),
        "rooms": "\n".join(_room(name, title, lead.format_map(words)) for name, (_, title, lead) in rooms.items()),
        "data": _escaped(_data(model.card)),
        "facts": "\n".join(f"<dt>{term}</dt><dd>{_fact(text)}</dd>" for term, text in _facts(model).items()),
        "said": _json(said | {"glossary": _glossary()}),
        "numbers": base64.b64encode(numbers).decode("ascii"),
        "sheets": "\n".join(_text("css", "sheet", name, (LIVE / name).read_text("utf-8")) for name in SHEETS),
        "modules": "\n".join(_text("plain", "module", name, text) for name, text in modules(FIRST, view).items()),
    }
    return Template((LIVE / "alone/page.html").read_text("utf-8")).substitute(filled)


VIEWS = "shared/views"
OPENS = re.compile(r'(\w+): \(\) => import\("\./([^"]+)"\)')
"""How view.js opens the view of a kind of things: its name, and its module."""


def _glossary() -> dict[str, dict[str, str]]:
    """Return what each term means, without the pages that show it: those are the app's."""
    entries = msgspec.json.decode((LIVE / GLOSSARY).read_bytes(), type=dict[str, dict[str, Any]])
    return {term: {key: said[key] for key in ("text", "formula") if key in said} for term, said in entries.items()}


def modules(first: str, view: str) -> dict[str, str]:
    """Return the modules that one reaches, itself among them, by their paths below assets/live/.

    view: what things are drawn by; those of other kinds are left out, and what a server alone answers. Their texts
    are as they are but for comments, white space before lines, and the addresses that they import, which no longer
    depend on where they lie.
    """
    found: dict[str, str] = {}
    opened = OPENS.findall((LIVE / VIEWS / "view.js").read_text("utf-8"))
    others = {f"{VIEWS}/{path}" for name, path in opened if name != view} | SERVED
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        text, folder = (LIVE / name).read_text("utf-8"), posixpath.dirname(name)

        def settled(match: re.Match[str], folder: str = folder) -> str:
            other = posixpath.normpath(posixpath.join(folder, match[3]))
            waiting.extend({other} - others)
            return f"{match[1]}{match[2]}live/{other}{match[2]}"

        found[name] = IMPORT.sub(settled, INDENT.sub("", REMARK.sub("", COMMENT.sub("", text))).lstrip())
    return dict(sorted(found.items()))


def _text(kind: str, what: str, name: str, text: str) -> str:
    """Put a text into the page, to be read by its script. Nothing in it ends the element that holds it."""
    return f'<script type="text/{kind}" data-{what}="{name}">\n{_inert(text)}</script>'


def _inert(text: str) -> str:
    return re.sub(r"<(?=/script|script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def _style(text: str) -> str:
    return re.sub(r"<(?=/style)", r"\\3c ", text, flags=re.IGNORECASE)


def _json(said: dict[str, Any]) -> str:
    """Return JSON that stays text within a script element, whatever a stranger called things."""
    return msgspec.json.encode(said).decode().replace("<", "\\u003c")


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)


def _room(name: str, title: str, lead: str) -> str:
    return (
        f'<section id="{name}" tabindex="-1" aria-labelledby="{name}-title">\n<h2 id="{name}-title">{title}</h2>\n'
        f'<p class="lead">{_escaped(lead)}</p>\n<div data-room="{name}"></div>\n</section>'
    )


def _words(card: Card) -> dict[str, str]:
    noun, drawn = card.kind.noun, card.kind.seen[0]
    return {
        "noun": noun,
        "nouns": card.kind.nouns,
        "drawn": drawn,
        "a_noun": _article(noun),
        "a_drawn": _article(drawn),
    }


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _says(card: Card, words: dict[str, str]) -> str:
    """Say what the model is, in a sentence or two."""
    family = FAMILIES[card.family].title if card.family in FAMILIES else "Model"
    kind = "a variational autoencoder" if family == "VAE" else _article(in_a_sentence(family))
    numbers = "one number" if card.latent.dims == 1 else f"{card.latent.dims} numbers"
    told = f" It is told the {card.latent.given[0].name}." if card.told else ""
    return (
        f"{kind[0].upper()}{kind[1:]} that learnt {card.data.title}: it turns {words['a_noun']} into {numbers}, "
        f"and {numbers} into {words['a_drawn']}.{told}"
    )


def _data(card: Card) -> str:
    licence = f" Licence: {card.data.licence}." if card.data.licence else ""
    return f"{card.data.title}. {card.data.source.rstrip('.')}.{licence}"


def _facts(model: Model) -> dict[str, str]:
    """Return how the file and its model were made, by what each is."""
    card = model.card
    facts = {"This file": f"`python -m vae export {model.name} --format html --out {model.name}.html`"}
    if command := card.training.get("command"):
        facts["The model"] = f"`{command}`"
    if card.family in FAMILIES:
        facts["Its family"] = f"{FAMILIES[card.family].title}. {FAMILIES[card.family].source}"
    figures = {"−ELBO": card.metrics.get("negative_elbo"), "reconstruction": card.metrics.get("reconstruction")}
    said = next((f"{name} {value:.1f} nats" for name, value in figures.items() if value is not None), "")
    if said:
        facts["Measured"] = f"{said}: {card.metrics.get('conditions') or ''}".replace("-", "−", said.count(" -"))
    if card.created:
        facts["Trained on"] = card.created[:10]
    return facts


def _fact(text: str) -> str:
    """Escape a text; between backquotes it is a command."""
    inside = _escaped(text)
    return f"<code>{inside[1:-1]}</code>" if len(inside) > 1 and inside[0] == inside[-1] == "`" else inside
