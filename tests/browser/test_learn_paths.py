"""From Home to the reveal of the first lesson, as three people go: by mouse, by thumb on a telephone, by keys alone."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import touch
from tests.browser.learning import stands
from web.words import lessons

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

ACT = 2.5
"""Seconds of an act of a hand that does not know the page: find, aim, press. A key of many alike takes a fifth."""

WORDS = 3.3
"""Words that are read in a second: 200 in a minute."""

PATIENCE = 90
"""Seconds until something must have been understood."""

FIRST = next(iter(lessons.book("en").lessons))
READ = (
    "main .stHeading",
    ".learn > .lead",
    ".asked",
    ".option",
    "[data-role=task]",
    "[data-role=line]",
    "[data-role=seen]",
)


@dataclass
class Person:
    """Somebody on the way to the first reveal, who reads all that stands in the way, and how long that takes."""

    page: Page
    seconds: float = 0.0
    read: set[str] = field(default_factory=set)

    def reads(self) -> None:
        """Read what the lesson says, each sentence once."""
        for selector in READ:
            new = {text.strip() for text in self.page.locator(selector).all_inner_texts()} - self.read
            self.seconds += sum(len(text.split()) for text in new) / WORDS
            self.read |= new

    def acts(self, do: Callable[[], object], share: float = 1.0) -> None:
        do()
        self.seconds += ACT * share

    def has_understood(self) -> None:
        """See that the reveal is there, in time, and that the way leads on."""
        expect(self.page.locator("[data-role=ask]")).to_have_attribute("data-state", "revealed")
        self.reads()
        assert self.seconds < PATIENCE
        assert len(self.read) >= 8, "nothing was skipped"
        expect(self.page.locator("[data-role=next-question]")).to_be_visible()

    def tabs_to(self, goal: Locator) -> None:
        """Press Tab until it has the focus."""
        goal.wait_for()
        here = "e => e === document.activeElement || e.getRootNode().activeElement === e"
        for _ in range(60):
            if goal.evaluate(here):
                return
            self.acts(lambda: self.page.keyboard.press("Tab"), 0.2)
        raise AssertionError(f"Tab does not lead to {goal}")


def test_a_teacher_with_a_mouse(visit: Visit) -> None:
    page = visit("/?model=mnist-2d")
    person = Person(page)
    person.acts(page.get_by_role("link", name="Learn").last.click)
    begin = page.locator("[data-role=begin]")
    begin.wait_for()
    assert page.locator("[data-lesson]").count() == len(lessons.book("en").lessons)
    person.acts(begin.click)
    stands(page)
    person.reads()
    plane = page.locator("[data-plane=vae] rect").first.bounding_box()
    assert plane
    middle = plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2
    person.acts(lambda: page.mouse.move(*middle))  # a look at what lies there
    person.acts(page.locator("[data-option='1']").click)
    person.reads()
    person.acts(page.locator("[data-role=draw]").click)
    person.has_understood()


def test_a_pupil_with_a_thumb_on_a_telephone(visit: Visit) -> None:
    page = visit("/?model=mnist-2d", width=390, height=844, has_touch=True, is_mobile=True)
    person = Person(page)
    person.acts(page.get_by_role("link", name="Learn").last.tap)
    card = page.locator(f"[data-lesson={FIRST}]")
    card.wait_for()
    person.acts(card.tap)
    stands(page)
    person.reads()
    person.acts(page.locator("[data-option='3']").tap)
    person.reads()
    plane = page.locator("[data-plane=ae] rect").first.bounding_box()
    assert plane
    x, y = plane["x"], plane["y"] + plane["height"] / 2
    person.acts(lambda: touch(page, *((x + share * plane["width"], y) for share in (0.3, 0.45, 0.6, 0.75))))
    person.acts(page.locator("[data-role=draw]").tap)
    person.has_understood()


def test_somebody_with_keys_alone(visit: Visit) -> None:
    page = visit("/?model=mnist-2d")
    person = Person(page)
    person.tabs_to(page.get_by_role("link", name="Learn").first)
    person.acts(lambda: page.keyboard.press("Enter"))
    person.tabs_to(page.locator("[data-role=begin]"))
    person.acts(lambda: page.keyboard.press("Enter"))
    stands(page)
    person.reads()
    person.tabs_to(page.locator("[data-option='0']"))
    person.acts(lambda: page.keyboard.press("Enter"))
    person.reads()
    person.tabs_to(page.locator("[data-role=draw]"))
    person.acts(lambda: page.keyboard.press(" "))
    person.has_understood()
