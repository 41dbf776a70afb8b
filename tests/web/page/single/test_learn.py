"""Learn without a browser: every lesson in every language, and addresses that ask for what there is not."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from web.words import lessons


def run(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages/learn.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


@pytest.mark.parametrize("language", lessons.languages())
def test_each_lesson_opens_alone_under_its_own_question(language: str) -> None:
    for name, lesson in lessons.book(language).lessons.items():
        test = run(lesson=name, lang=language)
        assert not test.exception and not test.info and not test.warning
        assert [title.value for title in test.title] == [lesson.title]
    assert run(lang=language).title[0].value == lessons.book(language).frame["title"]


@pytest.mark.parametrize(
    ("query", "sentence", "title"),
    [
        ({"lesson": "nothing"}, "no lesson", "Learn"),
        ({"lesson": "gap", "said": "z"}, "no answer", "How far below the truth?"),
        ({"lesson": "gap", "lang": "xx"}, "not there in the language", "How far below the truth?"),
    ],
)
def test_what_cannot_be_had_gets_one_calm_sentence_and_the_page_works(
    query: dict[str, str], sentence: str, title: str
) -> None:
    test = run(**query)
    assert not test.exception
    assert len(test.info) == 1 and sentence in test.info[0].value.replace("\\", "")
    assert test.title[0].value == title
