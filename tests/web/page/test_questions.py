"""README's table of questions: each address opens a page that has something to move, and nothing to excuse."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT

QUESTIONS = re.findall(
    r"^\| ([A-Z][^|]+\?) \| (.+) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)
ADDRESSES = sorted({address for _, answer in QUESTIONS for address in re.findall(r"`(/[^`]*)`", answer)})


def test_there_are_twelve_and_each_has_an_address() -> None:
    assert len(QUESTIONS) == 12
    assert all(re.search(r"`/", answer) for _, answer in QUESTIONS)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_opens_what_it_promises(address: str) -> None:
    asked = urlsplit(address)
    page = asked.path.strip("/") or "home"
    test = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=60)
    for name, value in parse_qsl(asked.query):
        test.query_params[name] = value
    test.run()
    assert not test.exception and not test.error and not test.warning
    said = " ".join(each.value for each in (*test.caption, *test.info, *test.markdown))
    assert "Unknown" not in said and "no lesson" not in said, said
    for name, value in parse_qsl(asked.query):
        if name == "model":
            assert value in [box.value for box in test.selectbox], "the model that was asked for is the one shown"
