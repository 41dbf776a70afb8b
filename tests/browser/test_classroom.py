"""A class: a teacher's window and phones in a room, each with its own pointer and keys."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_for_address
from tests.browser.learning import looks_well, stands
from web.words import lessons

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

EN, DE = lessons.book("en"), lessons.book("de")
GAP = EN.lessons["gap"].questions
PHONE = {"width": 390, "height": 844}


def is_asked(page: Page) -> None:
    """Wait until a phone has the question."""
    page.locator("button.row").first.wait_for()


def says_why(page: Page) -> None:
    page.locator("[data-role=join]").wait_for()


def leads(page: Page) -> None:
    page.locator("[data-role=board] .row").first.wait_for()


def counts(page: Page) -> list[list[int]]:
    """Return how many chose each option, a list a round, as the bars have it."""
    bars = page.locator(".row .bar").evaluate_all("all => all.map((bar) => [bar.dataset.round, bar.dataset.count])")
    rounds = sorted({round_ for round_, _ in bars})
    return [[int(count) for at, count in bars if at == round_] for round_ in rounds]


@pytest.fixture
def teacher(visit: Visit) -> Iterator[Page]:
    """A window in which a class has been asked by the lesson's button; the room ends with it."""
    page = visit("/learn?lesson=gap", ready=stands)
    page.locator("[data-role=ask-class]").click()
    leads(page)
    yield page
    if page.locator("[data-role=end]").count():
        page.locator("[data-role=end]").click()
        page.locator("[data-role=away]").click()
        expect(page.locator("[data-role=board]")).to_have_count(0)
        assert "room=" not in page.url


def test_a_class_votes_sees_bars_and_votes_again(teacher: Page, visit: Visit) -> None:
    voted = teacher.locator("[data-role=voted]")
    expect(voted).to_have_text(EN.room["nobody"])
    code = teacher.locator("[data-role=letters]").inner_text()
    assert lessons.ROOM.fullmatch(code) and f"room={code}&lead" in teacher.url
    # This server listens to its own machine alone, and says so where a class would look for the address.
    expect(teacher.locator("[data-role=no-way]")).to_have_text(EN.room["only-here"])

    # One phone types the letters, the other opens the address, in German.
    one = visit("/learn", **PHONE, ready=says_why)
    one.locator("[data-role=code]").fill("aeio")
    one.keyboard.press("Enter")
    expect(one.locator("[data-role=join-problem]")).to_have_text(EN.room["badCode"])
    one.locator("[data-role=code]").fill(code.lower())
    one.keyboard.press("Enter")
    is_asked(one)
    two = visit(f"/learn?room={code}&lang=de", **PHONE, ready=is_asked)
    expect(two.locator(".asked")).to_have_text(DE.lessons["gap"].questions[0].ask)

    # A tap, another in its place, a key; the board says how many, and nothing of what.
    one.locator("button.row").nth(2).click()
    one.locator("button.row").nth(0).click()
    expect(one.locator("[data-role=said]")).to_have_text(EN.room["counts"])
    expect(one.locator("button.row").nth(0)).to_have_attribute("aria-pressed", "true")
    two.keyboard.press("2")
    expect(two.locator("[data-role=said]")).to_have_text(DE.room["counts"])
    expect(voted).to_have_text(EN.room["voted"].format(voted=2, phones=2))
    assert counts(teacher) == counts(one) == []
    looks_well(two)
    two.set_viewport_size(PHONE)

    # Closed by a key: bars. Predict again, and both rounds stand beside each other.
    teacher.locator(".lead").click()
    teacher.keyboard.press("v")
    expect(one.locator("[data-role=said]")).to_have_text(EN.room["closed"])
    expect(teacher.locator("[data-role=again]")).to_be_visible()
    assert counts(teacher) == counts(one) == [[1, 1, 0]]
    expect(one.locator("button.row")).to_have_count(0)
    teacher.locator("[data-role=again]").click()
    is_asked(one)
    one.keyboard.press("2")
    expect(one.locator("[data-role=said]")).to_have_text(EN.room["counts"])
    teacher.locator("[data-role=close]").click()
    teacher.locator("[data-role=show]").click()
    right = lessons.LETTERS.index(GAP[0].answer)
    for page in (teacher, one, two):
        expect(page.locator(f".row[data-option='{right}']")).to_have_attribute("data-verdict", "right")
        assert counts(page) == [[1, 1, 0], [0, 1, 0]]


def test_phones_follow_the_teacher_s_lesson_until_one_looks_for_itself(teacher: Page, visit: Visit) -> None:
    said, code = teacher.locator("[data-role=said]"), teacher.locator("[data-role=letters]").inner_text()
    one, two = (visit(f"/learn?room={code}", **PHONE, ready=is_asked) for _ in range(2))
    teacher.locator("[data-role=close]").click()
    looks_well(teacher)
    teacher.locator(".options [data-option='1']").click()
    wait_for_address(teacher, "said=b")
    teacher.locator("[data-role=push]").click()
    expect(said).to_have_text(EN.room["pushed"])
    for page in (one, two):
        page.wait_for_url("**/learn?lesson=gap&said=b*")
        stands(page)
    expect(one.locator("[data-role=following]")).to_have_text(EN.room["following"])
    assert one.locator("[data-role=ask]").get_attribute("data-state") == "answered"
    one.locator("[data-role=look]").click()
    expect(one.locator("[data-role=following]")).to_have_text(EN.room["onYourOwn"])
    teacher.locator("[data-role=ask-1]").click()
    is_asked(two)
    expect(two.locator(".asked")).to_have_text(GAP[1].ask)
    one.locator("[data-role=to-vote]").click()
    is_asked(one)

    teacher.locator("[data-role=end]").click()
    expect(said).to_have_text(EN.room["ended"])
    expect(one.locator("[data-role=said]")).to_have_text(EN.room["no-room"].format(code=code))
    says_why(one)
    teacher.locator("[data-role=away]").click()


def test_a_second_teacher_looks_on_and_leads_when_the_first_has_gone(teacher: Page, visit: Visit) -> None:
    code = teacher.locator("[data-role=letters]").inner_text()
    second = visit(f"/learn?lesson=blurry&room={code}&lead", ready=leads)
    expect(second.locator("[data-role=said]")).to_have_text(EN.room["looks-on"])
    expect(second.locator(".board .ways button")).to_have_count(0)
    teacher.locator("[data-role=all]").click()
    says_why(teacher)
    second.locator("[data-role=close]").click()
    second.locator("[data-role=ask-here]").click()  # the room goes along to another lesson
    expect(second.locator(".board h2")).to_have_text(EN.lessons["blurry"].questions[0].ask)
    second.reload()
    leads(second)
    second.locator("[data-role=end]").click()
    expect(second.locator("[data-role=said]")).to_have_text(EN.room["ended"])

    # An address of letters that are none, and one of a room that is none.
    wrong = visit("/learn?room=AEIO", ready=says_why)
    expect(wrong.get_by_text(EN.room["badCode"])).to_be_visible()
    wrong = visit("/learn?room=BBBB", **PHONE, ready=says_why)
    expect(wrong.locator("[data-role=said]")).to_have_text(EN.room["no-room"].format(code="BBBB"))


def test_one_key_goes_through_a_lesson_before_a_class_and_another_makes_the_screen_dark(visit: Visit) -> None:
    page = visit("/learn?lesson=frozen-noise&show=projector", ready=stands)
    ask, stage, dark = page.locator("[data-role=ask]"), page.locator("[data-role=stage]"), page.locator(".blank")
    for state in ("answered", "revealed"):
        page.keyboard.press("PageDown")
        expect(ask).to_have_attribute("data-state", state)
    for number in (1, 2):
        page.keyboard.press("PageDown" if number == 1 else "ArrowRight")
        expect(stage).to_contain_text(f"{number} / 12")
    page.keyboard.press("PageUp")
    expect(stage).to_contain_text("1 / 12")

    page.keyboard.press("b")
    expect(dark).to_be_visible()
    page.keyboard.press("PageDown")
    expect(dark).to_be_hidden()
    expect(stage).to_contain_text("1 / 12")  # the key that brings the light does nothing else
    page.keyboard.press(".")
    expect(dark).to_be_visible()
    dark.click()
    expect(dark).to_be_hidden()

    for _ in range(12):
        page.keyboard.press("PageDown")
    expect(ask).to_have_attribute("data-question", "1")
    page.keyboard.press("PageUp")
    expect(ask).to_have_attribute("data-question", "0")
    page.keyboard.press("?")
    expect(page.locator(".keys-box caption", has_text="projector mode")).to_be_visible()
    page.keyboard.press("b")
    expect(dark).to_be_hidden()


def test_a_lesson_on_paper_asks_first_and_answers_on_a_page_of_its_own(visit: Visit) -> None:
    page = visit("/learn?lesson=gap", ready=stands)
    summary = page.locator("[data-role=teachers] summary")
    expect(page.locator("[data-role=teachers] li").first).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    for note in EN.lessons["gap"].notes:
        expect(page.get_by_text(note)).to_be_visible()
    looks_well(page)

    sheet, pages = page.locator("[data-role=sheet]"), []
    for with_notes in (False, True):
        if with_notes:
            page.locator("[data-role=with-notes]").focus()
            page.keyboard.press(" ")
        printed = page.pdf(format="A4")  # as from the browser's own menu
        pages.append(len(re.findall(rb"/Type\s*/Page\b", printed)))
    assert pages[1] == pages[0] + 1
    text = sheet.evaluate("sheet => sheet.textContent")
    asked, answered = text.split(EN.room["answers"])
    for question in GAP:
        assert question.ask in asked and all(option in asked for option in question.options)
        assert not any(line in asked for line in question.lines) and all(line in answered for line in question.lines)
    assert EN.lessons["gap"].notes[1] in answered.split(EN.room["sheetNotes"].format(title=""))[1]
    page.emulate_media(media="print")
    expect(sheet).to_be_visible()
    for hidden in (".st-key-pages", "h1", ".lesson .trail"):
        assert page.locator(hidden).first.evaluate(
            "e => !e.checkVisibility() || e.closest('.lesson')?.offsetHeight === 0"
        )
    page.emulate_media(media="screen")
    expect(sheet).to_be_hidden()


def test_what_a_class_needs_is_tried_out_before(visit: Visit) -> None:
    page = visit("/learn?check", ready=lambda page: page.locator("[data-check=camera][data-well]").wait_for())
    expect(page.get_by_role("heading", level=1)).to_have_text(EN.room["check"])
    expect(page.locator("[data-check=address]")).to_have_attribute("data-well", "false")
    expect(page.locator("[data-role=told-address]")).to_have_text(EN.room["only-here"])
    expect(page.locator("[data-role=told-socket]")).to_have_text(re.compile(r"after \d+ ms\.$"))
    page.locator("[data-role=try]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-role=told-load] p")).to_have_text(re.compile(r"^All thirty .* after \d+ ms\.$"))
    expect(page.locator("[data-check=camera]")).to_have_attribute("data-well", "true")  # at localhost a window may
    looks_well(page)
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(DE.room["check"])
