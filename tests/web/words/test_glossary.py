"""Terms: each that a page makes bold has an entry, each entry is used, and what is shown at first is short."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from app import PAGES
from tests.running import ROOT
from vae.families import FAMILIES
from vae.kinds.kinds import KINDS
from vae.library.cards import Card
from vae.library.shelf import find as find_model
from vae.likelihoods import LIKELIHOODS
from web.page import about
from web.words import glossary, lessons, training_words

TEXTED = ("explore", "map", "interpolate", "restore", "detect", "compare")
MOST_WORDS = 40
FIRST_WORDS = 120
LONGEST = 24
"""Words of a sentence: 20 are meant, and a citation or a list may go over."""

CARDS = {
    "digits": "mnist-16d", "plane": "mnist-2d", "conditional": "mnist-c-8d", "autoencoder": "mnist-ae-2d",
    "heartbeats": "beats-8d", "tastes": "tastes-8d", "generator": "mnist-gan-16d",
}  # fmt: skip


def texts_of(page: str) -> tuple[tuple[str, str], ...]:
    source = (ROOT / "pages" / f"{page}.py").read_text("utf-8")
    scope: dict = {}
    exec(re.search(r"^TEXTS = \(.*?^\)$", source, re.DOTALL | re.MULTILINE)[0], scope)  # type: ignore[index]
    return scope["TEXTS"]


def everything() -> Iterator[tuple[str, str]]:
    """Yield every explanation there is: of each page with each card, and of training with each family."""
    for page in TEXTED:
        for kind, name in CARDS.items():
            yield f"{page} {kind}", about.told(find_model(name).card, texts_of(page))
        for name in LIKELIHOODS:
            yield f"{page} {name}", about.told(replace(find_model("mnist-16d").card, likelihood=name), texts_of(page))
        points = replace(find_model("beats-8d").card, can=sorted(FAMILIES["autoencoder"].can))
        yield f"{page} series of points", about.told(points, texts_of(page))
    for name, family in FAMILIES.items():
        yield f"train {name}", training_words.explanation(family)
    for name in CARDS.values():
        card = find_model(name).card
        measured = card.metrics | {"log_likelihood": -90.0, "bits_per_dim": 1.0}
        yield f"measured {name}", about.measured_how(replace(card, metrics=measured))


ALL = dict(everything())


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_every_bold_term_has_an_entry(text: str) -> None:
    assert [words for words, term in glossary.terms_of(text) if term is None] == []


def terms_in(module: str) -> Iterator[str]:
    """Yield the terms that a component's module asks the glossary for: term("words", "name"), or a field `term`."""
    for either in re.findall(r'\bterm: (?:[^"(\n]*\? )?"([^"]+)"(?: : "([^"]+)")?', module):
        yield from filter(None, either)
    called = module if "page/term.js" in module else ""
    for words, name in re.findall(r'\bterm\("([^"]*)"(?:, "([^"]*)")?\)', called):
        yield name or words


IN_COMPONENTS = {
    name for module in (ROOT / "assets" / "live").rglob("*.js") for name in terms_in(module.read_text("utf-8"))
}
"""What components ask the glossary for."""


def test_no_entry_is_unused() -> None:
    used = {term for text in ALL.values() for _, term in glossary.terms_of(text)}
    assert sorted(set(glossary.entries()) - used - IN_COMPONENTS) == []


def test_what_components_explain_has_an_entry() -> None:
    assert {"encoder", "cloud", "sample", "decoder"} <= IN_COMPONENTS <= set(glossary.entries())


@pytest.mark.parametrize("term", glossary.entries())
def test_an_entry_is_short_and_leads_to_a_page_that_is_there(term: str) -> None:
    entry = glossary.entries()[term]
    assert 4 <= len(entry.text.split()) <= MOST_WORDS
    assert entry.text.endswith(".")
    if entry.see:
        address = urlsplit(entry.see)
        assert f"/{address.path}" in {page.url for page in PAGES}
        for name in parse_qs(address.query).get("model", []):
            assert find_model(name).card.name == name


@pytest.mark.parametrize("language", [language for language in glossary.SEE if language != glossary.FIRST])
def test_a_language_has_the_same_terms_in_the_same_order_each_with_a_name_and_a_text_of_its_own(language: str) -> None:
    first, other = glossary.entries(), glossary.entries(language)
    kept = json.loads(glossary.FILE.with_suffix(f".{language}.json").read_text("utf-8"))
    assert list(kept) == list(first) == list(other)
    assert set(glossary.SEE) == set(lessons.languages())
    for term, entry in other.items():
        assert entry.name and entry.text != first[term].text and entry.text.endswith("."), term
        assert 4 <= len(entry.text.split()) <= MOST_WORDS, term
        assert (entry.formula, entry.see) == (first[term].formula, first[term].see)
        assert re.findall(r"\d{4}\b", entry.text) == re.findall(r"\d{4}\b", first[term].text), term  # sources
    assert len({entry.name for entry in other.values()}) == len(other)


def test_an_entry_opens_in_the_language_that_is_asked_for_and_in_english_where_there_is_none() -> None:
    german = glossary.mark("the **prior**", "x", "de")
    assert 'lang="de"' in german and "Standardnormalverteilung" in german
    assert glossary.mark("the **prior**", "x", "xx") == glossary.mark("the **prior**", "x")


def test_no_two_entries_have_a_form_in_common() -> None:
    forms = [form.lower() for term, entry in glossary.entries().items() for form in (term, *entry.also)]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("text", [ALL[name] for name in ALL if not name.startswith("measured")])
def test_what_is_shown_before_the_first_question_is_short(text: str) -> None:
    first = text.partition("\n## ")[0]
    assert 10 < len(first.split()) <= FIRST_WORDS


def sentences_of(text: str) -> list[str]:
    flat = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)  # links
    flat = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", flat)  # what stands in brackets
    flat = re.sub(r"et al\.|arXiv [\d.]+|\d+\.\d+", "et", flat)
    return [
        one
        for part in re.split(r"\n\n|\n## [^\n]*\n", flat)
        for one in re.split(r"[.?!:;]\s", f"{part} ")
        if one.strip()
    ]


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_sentences_are_short(text: str) -> None:
    assert [one for one in sentences_of(text) if len(one.split()) > LONGEST] == []


class Popovers(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.open.append(tag)
        if tag == "button":
            self.targets.append(said["popovertarget"] or "")
        if "popover" in said:
            self.ids.append(said["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_each_term_opens_an_entry_of_its_own_once(text: str) -> None:
    made = Popovers(glossary.fold(text, "here"))
    assert made.open == [] and made.targets == made.ids and len(set(made.ids)) == len(made.ids)
    assert len(made.targets) == len({term for _, term in glossary.terms_of(text)})


def test_questions_fold_and_keep_their_answers() -> None:
    made = glossary.fold(
        "First **prior**.\n\n## Why?\nBecause of the **prior** and the **decoder**.\n\n## How?\nSo.\n", "x"
    )
    first, *rest = made.split("<details>")
    assert "popovertarget" in first and len(rest) == 2
    assert rest[0].startswith("<summary>Why?</summary>\n\nBecause of the prior and the <button")
    assert rest[1] == "<summary>How?</summary>\n\nSo.\n\n</details>"


def test_an_entry_is_no_markup() -> None:
    assert glossary._quiet("p(x|z) <b> *a* $1$ [x]") == "p(x&#124;z) &lt;b&gt; &#42;a&#42; &#36;1&#36; &#91;x&#93;"


@pytest.mark.parametrize("name", CARDS.values())
def test_what_is_said_of_a_kind_keeps_to_its_words(name: str) -> None:
    card: Card = find_model(name).card
    others = {kind.noun for key, kind in KINDS.items() if key != card.item.kind}
    for page in TEXTED:
        said = glossary.fold(about.told(card, texts_of(page)), page)
        assert not any(re.search(rf"\b{noun}s?\b", said) for noun in others if noun != "series"), page
