"""The Learn page by its address: a lesson, a class's room, what is looked at before a class."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from web.words import lessons

EN, DE = lessons.book("en"), lessons.book("de")


@pytest.mark.parametrize(
    ("query", "title", "note"),
    [
        ({}, EN.frame["title"], None),
        ({"lesson": "gap"}, EN.lessons["gap"].title, None),
        ({"room": "BKRT"}, EN.room["room"].format(code="BKRT"), None),
        ({"room": " bkrt"}, EN.room["room"].format(code="BKRT"), None),
        ({"room": "BKRT", "lang": "de"}, DE.room["room"].format(code="BKRT"), None),
        ({"room": "BKRT", "lesson": "gap", "lead": ""}, EN.lessons["gap"].title, None),
        ({"room": "AEIO"}, EN.frame["title"], EN.room["badCode"]),
        ({"room": "../x", "lang": "de"}, DE.frame["title"], DE.room["badCode"]),
        ({"room": "BKRT" * 9}, EN.frame["title"], EN.room["badCode"]),
        ({"check": ""}, EN.room["check"], None),
        ({"check": "", "lang": "de"}, DE.room["check"], None),
    ],
)
def test_an_address_leads_to_its_page_or_says_in_a_sentence_why_not(
    query: dict[str, str], title: str, note: str | None
) -> None:
    test = AppTest.from_file(str(ROOT / "pages" / "learn.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception and not test.error
    assert [each.value for each in test.title] == [title]
    said = [each.value for kind in (test.info, test.warning, test.caption, test.markdown) for each in kind]
    assert (
        (note in said) if note else not any(EN.room["badCode"] in each or DE.room["badCode"] in each for each in said)
    )
