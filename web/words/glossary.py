"""Terms of the field, each explained once and alike, and the marks that open an entry.

A term is bold in a page's texts. Where it stands first it becomes a button with a dotted line, which opens its entry by
tap, click and Enter without any script (the popover attribute; Escape closes it). assets/live/shared/words/glossary.js,
which every component brings along, adds that it opens by hover and focus too.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import escape

import msgspec

from vae.home import PROJECT

FILE = PROJECT / "assets" / "live" / "shared" / "words" / "glossary.json"
"""The entries, for pages and for components alike."""

BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)

MARKDOWN = re.compile(r"[*_$~`\[\]:|\\]")
"""What Markdown would read as markup within an entry."""


class Entry(msgspec.Struct, frozen=True):
    """What a term means.

    also: other forms that it has in texts; see: the address of a page that shows it. name: what it is called in a
    language that is not the texts' own.
    """

    text: str
    formula: str = ""
    see: str = ""
    also: tuple[str, ...] = ()
    name: str = ""


FIRST = "en"
"""The language of the texts, whose terms are the keys in every other."""

SEE = {FIRST: "See it", "de": "Ansehen"}
"""What leads to a page that shows a term, in each language that there is."""


@cache
def entries(language: str = FIRST) -> dict[str, Entry]:
    """Return the entries by their terms in the texts, those not translated as they are. language: one of `SEE`."""
    first = msgspec.json.decode(FILE.read_bytes(), type=dict[str, Entry])
    if language == FIRST:
        return first
    translated = msgspec.json.decode(FILE.with_suffix(f".{language}.json").read_bytes(), type=dict[str, Entry])
    return {
        term: msgspec.structs.replace(entry, name=said.name, text=said.text)
        if (said := translated.get(term))
        else entry
        for term, entry in first.items()
    }


@cache
def _names() -> dict[str, str]:
    """Return the term of each form, in small letters."""
    return {form.lower(): term for term, entry in entries().items() for form in (term, *entry.also)}


def find(words: str) -> str | None:
    """Return the term that these words are a form of, or None."""
    return _names().get(" ".join(words.split()).lower())


def terms_of(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield what is bold in a text, and the term of each, None where there is no entry."""
    for found in BOLD.finditer(text):
        yield found[1], find(found[1])


def mark(text: str, place: str, language: str = FIRST) -> str:
    """Turn the first use of each term in a Markdown text into a button that opens its entry; later ones are plain.

    place: where the text stands, so that ids differ between the texts of a page; language: of the entries, in
    English where there is none of them. The result holds HTML.
    """
    used: set[str] = set()
    known = language if language in SEE else FIRST

    def marked(found: re.Match[str]) -> str:
        term = find(found[1])
        if term is None:
            return found[0]
        if term in used:
            return found[1]
        used.add(term)
        return _button(found[1], term, f"gloss-{place}-{list(entries()).index(term)}", known)

    return BOLD.sub(marked, text)


def _button(words: str, term: str, id: str, language: str) -> str:
    """Return the button, and the entry that it opens, as HTML that may stand within a sentence of Markdown."""
    entry = entries(language)[term]
    title = f"<b>{_quiet(entry.name or term)}</b>"
    formula = f' <i class="formula">{_quiet(entry.formula)}</i>' if entry.formula else ""
    see = f' <a href="{escape(entry.see)}" target="_self">{SEE[language]}</a>' if entry.see else ""
    return (
        f'<button type="button" class="term" popovertarget="{id}">{words}</button>'
        f'<span class="gloss" popover="auto" id="{id}" lang="{language}">'
        f"{title} {_quiet(entry.text)}{formula}{see}</span>"
    )


def _quiet(text: str) -> str:
    """Keep text from being read as HTML or Markdown."""
    return MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", escape(text))


def fold(text: str, place: str, language: str = FIRST) -> str:
    """Lay out an explanation: what stands before the first question, and each question folded with its answer.

    text: Markdown, a question on a line of its own that begins with "## "; the result holds HTML. place, language: as
    for `mark`.
    """
    first, *rest = re.split(r"^## ", mark(text, place, language), flags=re.MULTILINE)
    answers = (part.partition("\n") for part in rest)
    folded = [
        f"<details><summary>{escape(question)}</summary>\n\n{answer.strip()}\n\n</details>"
        for question, _, answer in answers
    ]
    return "\n\n".join([first.strip(), *folded])
